import { setTimeout as sleep } from 'node:timers/promises';
import { openDriftScene } from '../drift-scene.ts';
import { driftCases, environmentsName, previewName } from '../environments-name.ts';
import { joined, type Results } from '../measurement.ts';
import { measurePreviews } from '../rollback-preview.ts';
import { reasonOf, roundRobin } from '../round-robin.ts';
import type { Scene, Suite } from '../scene.ts';
import { Stack } from '../../src/service/stack.ts';
import { openPlanningTools, type ServiceTools } from '../tidegate-service.ts';

const pauseMs = 250;

/** What environments ask for beside plans: rollbacks, and whether databases are still what their histories make. */
export const environmentsSuite: Suite = {
  name: environmentsName,
  about: 'from `/rollback` to its preview, and whether 200 databases have drifted',
  async run(scene) {
    const tools = await openPlanningTools(scene);
    const all = [await previews(scene, scene.isQuick ? 100 : 2_000)];
    for (const size of scene.sizes)
      all.push(await within((stack) => driftAt({ ...scene, stack }, tools, size)));
    return joined(all);
  },
};

async function previews(scene: Scene, size: number): Promise<Results> {
  try {
    return { measured: [await measurePreviews(scene, size)], missed: [] };
  } catch (error) {
    scene.signal.throwIfAborted();
    const missed = {
      suite: environmentsName,
      case: previewName,
      size,
      reason: reasonOf(error),
      isTooLong: false,
    };
    return { measured: [], missed: [missed] };
  }
}

/** The databases of one size are gone before those of the next are made. */
async function within(work: (stack: Stack) => Promise<Results>): Promise<Results> {
  const stack = new Stack();
  try {
    return await work(stack);
  } finally {
    await stack.close(() => undefined);
  }
}

async function driftAt(scene: Scene, tools: ServiceTools, size: number): Promise<Results> {
  const { signal, progress, isQuick } = scene;
  const drift = await openDriftScene(scene, tools, size);
  const many = isQuick ? 5 : 15;
  return roundRobin({
    suite: environmentsName,
    contestants: [
      { name: driftCases.question, size, runs: many, measure: () => drift.question() },
      { name: driftCases.look, size, runs: many, measure: () => drift.look() },
      { name: driftCases.comparison, size, runs: many, measure: () => drift.comparison() },
      { name: driftCases.sweep, size, runs: isQuick ? 1 : 3, measure: () => drift.sweep() },
    ],
    pause: () => sleep(pauseMs, undefined, { signal }),
    signal,
    progress,
  });
}
