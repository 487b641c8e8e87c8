import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ObservedAnswer } from '../../src/demo/github/server.ts';
import { fileName, pendingMigration, sqlFile } from '../histories.ts';
import { loadName } from '../load-name.ts';
import { openLoadScene, shop, type LoadScene } from '../load-scene.ts';
import type { Measurement, Unit } from '../measurement.ts';
import { reasonOf } from '../round-robin.ts';
import type { Scene, Suite } from '../scene.ts';
import { percentile, summary } from '../statistics.ts';

const suite = 'load';
const plansAtOnce = 20;
/** A round that is not done by then never will be. */
const mostMs = 60_000;
/** The service has come to rest when GitHub has heard nothing of it for so long. */
const quietMs = 500;

/** The whole service, with twenty pull requests opened in the same moment. */
export const loadSuite: Suite = {
  name: suite,
  about: 'twenty pull requests at once, from GitHub’s webhooks to its check runs',
  async run(scene) {
    const size = scene.isQuick ? 100 : 500;
    try {
      return { measured: await measure(scene, size), missed: [] };
    } catch (error) {
      scene.signal.throwIfAborted();
      const missed = { suite, case: loadName, size, reason: reasonOf(error), isTooLong: false };
      return { measured: [], missed: [missed] };
    }
  },
};

async function measure(scene: Scene, size: number): Promise<readonly Measurement[]> {
  const watch = watchChecks();
  scene.progress(`${suite}: starting the service on ${size} migrations`);
  const load = await openLoadScene(scene, size, watch.onAnswer);
  const rounds = scene.isQuick ? 1 : 5;
  const cold = new Map<Unit, number[]>();
  const warm = new Map<Unit, number[]>();
  // The first round is one of its own: it makes the baseline.
  for (let round = 0; round <= rounds; round += 1) {
    scene.progress(`${suite}: ${plansAtOnce} at once, ${round} of ${rounds}`);
    await forgetPeak(load.pid);
    const times = await roundOf(load, size, round, watch, scene.signal);
    const found = round === 0 ? cold : warm;
    add(found, 'plans/s', (plansAtOnce * 1000) / Math.max(...times));
    add(found, 'ms', percentile(times, 0.95));
    add(found, 'MB', await peakMegabytes(load.pid));
  }
  const measurements = (name: string, found: ReadonlyMap<Unit, readonly number[]>): readonly Measurement[] =>
    [...found].map(([unit, values]) => ({ suite, case: name, size, unit, ...summary(values) }));
  return [...measurements(loadName, warm), ...measurements(`${loadName}-first`, cold)];
}

function add(found: Map<Unit, number[]>, unit: Unit, value: number): void {
  found.set(unit, [...(found.get(unit) ?? []), value]);
}

/** Opens the pull requests with their webhooks held back, lets them go, and gives each plan's time from then. */
async function roundOf(
  { github, repository, octokit }: LoadScene,
  size: number,
  round: number,
  watch: Watch,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const release = github.hooks.delay(
    ({ event, action }) => event === 'pull_request' && action === 'opened',
    plansAtOnce,
  );
  const heads: string[] = [];
  for (let at = 0; at < plansAtOnce; at += 1) {
    signal.throwIfAborted();
    const id = `l${round}_${at}`;
    const pending = pendingMigration(size, id);
    const head = await github.commitFiles(repository, {
      branch: id,
      from: 'main',
      files: { [`migrations/${fileName(pending, 'sql')}`]: sqlFile(pending) },
      message: `Add notes ${id}`,
      author: { login: 'ada' },
    });
    await octokit.rest.pulls.create({ ...shop, head: id, base: 'main', title: `Notes ${id}` });
    heads.push(head);
  }
  await watch.quiet(signal);
  const began = performance.now();
  release();
  const until = began + mostMs;
  while (!heads.every((head) => watch.done.has(head))) {
    if (performance.now() > until) throw new Error(`not every plan was done within ${mostMs / 1000} s`);
    await sleep(5, undefined, { signal });
  }
  await watch.quiet(signal);
  return heads.map((head) => (watch.done.get(head) ?? until) - began);
}

interface Watch {
  /** When the plan of a commit was told to GitHub, as `performance.now()` has it. */
  readonly done: ReadonlyMap<string, number>;
  readonly onAnswer: (answer: ObservedAnswer) => void;
  /** Resolves when nothing was asked of GitHub for a while. */
  quiet(signal: AbortSignal): Promise<void>;
}

const planRun = z.object({
  name: z.string().startsWith('tidegate / plan'),
  head_sha: z.string(),
  status: z.literal('completed'),
  conclusion: z.string(),
});

function watchChecks(): Watch {
  const done = new Map<string, number>();
  let lastAt = performance.now();
  let failed: string | null = null;
  return {
    done,
    onAnswer({ method, path, body }) {
      lastAt = performance.now();
      if (method === 'GET' || !path.includes('/check-runs')) return;
      const { success, data } = planRun.safeParse(body);
      if (!success || done.has(data.head_sha)) return;
      done.set(data.head_sha, lastAt);
      if (data.conclusion === 'failure') failed = data.head_sha;
    },
    async quiet(signal) {
      while (performance.now() - lastAt < quietMs) await sleep(50, undefined, { signal });
      if (failed !== null) throw new Error(`the plan of ${failed} failed`);
    },
  };
}

/** From here on the peak counts anew; proc(5), clear_refs. */
function forgetPeak(pid: number): Promise<void> {
  return writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** The most memory that a process held since; proc(5), VmHWM. */
async function peakMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  if (!Number.isFinite(kilobytes)) throw new Error('the memory of the service could not be read in /proc');
  return kilobytes / 1024;
}
