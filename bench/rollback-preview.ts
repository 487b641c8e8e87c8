import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ObservedAnswer } from '../src/demo/github/server.ts';
import { environmentsName, previewName } from './environments-name.ts';
import { fileName, pendingMigration, sqlFile } from './histories.ts';
import { openLoadScene, shop, type LoadScene } from './load-scene.ts';
import type { Measurement } from './measurement.ts';
import type { Scene } from './scene.ts';
import { summary } from './statistics.ts';

const mostMs = 60_000;
/** What the comment before left to be tidied up is then done. */
const pauseMs = 250;

/** Asks the whole service for previews of one rollback, one after the other. */
export async function measurePreviews(scene: Scene, size: number): Promise<Measurement> {
  const { signal } = scene;
  const watch = watchComments();
  scene.progress(`${previewName}: starting the service on ${size} migrations`);
  const load = await openLoadScene(scene, size, watch.onAnswer);
  const number = await merged(load, size, watch, signal);
  const { issues } = load.octokit.rest;
  const ask = async (): Promise<number> => {
    await sleep(pauseMs, undefined, { signal });
    const began = performance.now();
    const told = watch.next(/^\*\*Rolling back/);
    await issues.createComment({ ...shop, issue_number: number, body: '/rollback --dry-run' });
    return (await within(told, signal)) - began;
  };
  for (let warmUp = 0; warmUp < 2; warmUp += 1) await ask();
  const times: number[] = [];
  const runs = scene.isQuick ? 5 : 15;
  for (let run = 0; run < runs; run += 1) {
    scene.progress(`${previewName}, ${run + 1} of ${runs}`);
    times.push(await ask());
  }
  return { suite: environmentsName, case: previewName, size, unit: 'ms', ...summary(times) };
}

/** The number of a pull request that was merged and applied. */
async function merged(
  { github, repository, octokit }: LoadScene,
  size: number,
  watch: Watch,
  signal: AbortSignal,
): Promise<number> {
  const pending = pendingMigration(size, 'preview');
  const planned = watch.next(/./);
  await github.commitFiles(repository, {
    branch: 'preview',
    from: 'main',
    files: { [`migrations/${fileName(pending, 'sql')}`]: sqlFile(pending) },
    message: 'Add what is taken back',
    author: { login: 'ada' },
  });
  const request = { ...shop, head: 'preview', base: 'main', title: 'Add what is taken back' };
  const { data } = await octokit.rest.pulls.create(request);
  await within(planned, signal);
  const applied = watch.next(/applied/i);
  await octokit.rest.pulls.merge({ ...shop, pull_number: data.number });
  await within(applied, signal);
  return data.number;
}

async function within(told: Promise<number>, signal: AbortSignal): Promise<number> {
  const late = sleep(mostMs, undefined, { signal, ref: false }).then(() => {
    throw new Error(`the App said nothing within ${mostMs / 1000} s`);
  });
  return Promise.race([told, late]);
}

interface Watch {
  readonly onAnswer: (answer: ObservedAnswer) => void;
  /** When the App next wrote or changed a comment that says so, as `performance.now()` has it. */
  next(says: RegExp): Promise<number>;
}

const comment = z.object({ body: z.string(), user: z.object({ type: z.literal('Bot') }) });

function watchComments(): Watch {
  const waiting = new Set<{ readonly says: RegExp; readonly tell: (at: number) => void }>();
  return {
    onAnswer({ method, path, body }) {
      const at = performance.now();
      if (method === 'GET' || !path.includes('/comments')) return;
      const { success, data } = comment.safeParse(body);
      if (!success) return;
      for (const one of [...waiting].filter(({ says }) => says.test(data.body))) {
        waiting.delete(one);
        one.tell(at);
      }
    },
    next: (says) => new Promise((tell) => waiting.add({ says, tell })),
  };
}
