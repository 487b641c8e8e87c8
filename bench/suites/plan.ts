import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanningTools } from '../../src/jobs/planning/plan-input.ts';
import { floorContestant } from '../floor.ts';
import { joined, type Missed, type Results } from '../measurement.ts';
import { peerContestant } from '../peers/contestant.ts';
import { installPeers } from '../peers/install.ts';
import { peers } from '../peers/peers.ts';
import { roundRobin, type Contestant } from '../round-robin.ts';
import type { Scene, Suite } from '../scene.ts';
import { buildCli, coldCli, warmCli } from '../tidegate-cli.ts';
import { openPlanningTools, warmPlans, type Kind, type PlanOnce } from '../tidegate-service.ts';

const suite = 'plan';

/** Above it a replay of the whole history says nothing new, and takes an afternoon. */
const greatestOfPeers = 2_000;
/** Before each measurement: what the one before left to be tidied up is then done. */
const pauseMs = 250;

/** One pending migration after histories of several lengths: Tidegate's ways, the floor, and other tools. */
export const planSuite: Suite = {
  name: suite,
  about: 'the plan of one pending migration, beside the floor and other migration tools',
  async run(scene) {
    await installPeers(scene.signal, scene.progress);
    const tools = await openPlanningTools(scene);
    await buildCli(scene.signal);
    const all = [await race(scene, await inService(scene, tools))];
    for (const size of scene.sizes) {
      scene.progress(`${suite} at ${size}: making histories ready`);
      const tooLong = new Map(
        joined(all).missed.flatMap((one) => (one.isTooLong ? [[one.case, one.reason] as const] : [])),
      );
      const contestants = await processesAt(size, scene, tools.shadowUrl);
      const able = contestants.filter(({ name }) => !tooLong.has(name));
      const unable = contestants.flatMap(({ name }) => {
        const reason = tooLong.get(name);
        return reason === undefined ? [] : [missedAt(size, name, `${reason} at a smaller size`, true)];
      });
      all.push({ measured: [], missed: unable }, await race(scene, able));
    }
    return joined(all);
  },
};

function missedAt(size: number, name: string, reason: string, isTooLong: boolean): Missed {
  return { suite, case: name, size, reason, isTooLong };
}

/** All sizes take turns: what they are compared for is what a longer history adds. */
async function inService(scene: Scene, tools: PlanningTools): Promise<readonly Contestant[]> {
  const all: Contestant[] = [];
  for (const size of scene.sizes) {
    scene.progress(`${suite} at ${size}: making histories ready`);
    const planOnce = await warmPlans(tools, size, scene);
    const { many } = runsAt(size, scene.isQuick);
    all.push(
      { name: 'tidegate-service', size, runs: many, measure: timeOf(planOnce, 'sql') },
      { name: 'tidegate-service-js', size, runs: many, measure: timeOf(planOnce, 'js') },
      await floorContestant(scene, size, many),
    );
  }
  return all;
}

/** What is a process each time, and is compared with the others at its size. */
async function processesAt(size: number, scene: Scene, shadowUrl: string): Promise<readonly Contestant[]> {
  const { some, few, ofPeers } = runsAt(size, scene.isQuick);
  return [
    await warmCli({ scene, size, shadowUrl, runs: some }),
    coldCli({ scene, size, shadowUrl, runs: few }),
    ...(size > greatestOfPeers ? [] : peers.map((peer) => peerContestant(peer, scene, size, ofPeers))),
  ];
}

function timeOf(planOnce: PlanOnce, kind: Kind): (run: number) => Promise<number> {
  return async (run) => (await planOnce(kind, `${kind}${run}`)).took;
}

function race(scene: Scene, contestants: readonly Contestant[]): Promise<Results> {
  const { signal, progress } = scene;
  const pause = (): Promise<void> => sleep(pauseMs, undefined, { signal });
  return roundRobin({ suite, contestants, pause, signal, progress });
}

interface Counts {
  /** Of what takes milliseconds. */
  readonly many: number;
  readonly some: number;
  /** Of what replays a whole history. */
  readonly few: number;
  readonly ofPeers: number;
}

function runsAt(size: number, isQuick: boolean): Counts {
  if (isQuick) return { many: 5, some: 2, few: 1, ofPeers: 1 };
  return { many: 15, some: 7, few: 3, ofPeers: size < greatestOfPeers ? 7 : 3 };
}
