import { describe, expect, it } from 'vitest';
import { showProgress, type ShownProgress } from '../../src/jobs/planning/show-progress.ts';

import { reports } from '../report/facts.ts';
import { HERE } from '../demo/github/scene.ts';
import { commit, hosted, quiet, type Hosted } from './hosted.ts';

const name = 'tidegate / plan (prod)' as const;

interface Shown {
  readonly at: Hosted;
  readonly head: string;
  readonly progress: ShownProgress;
  readonly pass: (milliseconds: number) => void;
  readonly runs: () => Promise<
    readonly { status: string; conclusion: string | null; title: string | null }[]
  >;
}

async function shown(): Promise<Shown> {
  const at = await hosted();
  const head = await commit(at, 'work', { 'migrations/1_a.sql': 'SELECT 1;\n' });
  let now = 0;
  const clock = (): Date => new Date(now);
  return {
    at,
    head,
    progress: showProgress(at.host, { head }, { name: 'prod' }, { clock, reports, log: quiet }),
    pass: (milliseconds) => void (now += milliseconds),
    runs: async () => {
      const { data } = await at.as('ada').rest.checks.listForRef({ ...HERE, ref: head });
      return data.check_runs.map(({ status, conclusion, output: { title } }) => ({
        status,
        conclusion,
        title,
      }));
    },
  };
}

describe('the progress of a plan', () => {
  it('is not told where the plan is soon done', async () => {
    const { progress, pass, runs } = await shown();
    pass(2_900);
    progress.onProgress(10, 2_000);
    await progress.settled();
    expect(await runs()).toEqual([]);
  });

  it('stands in the one check run that the plan then completes', async () => {
    const { at, head, progress, pass, runs } = await shown();
    for (const done of [340, 1_200]) {
      pass(3_000);
      progress.onProgress(done, 2_000);
      progress.onProgress(done + 1, 2_000);
      await progress.settled();
      const number = done === 340 ? '340' : '1,200';
      const title = `Building the shadow of prod: ${number} of 2,000 migrations`;
      expect(await runs()).toEqual([{ status: 'in_progress', conclusion: null, title }]);
    }
    const title = '1 migration for prod';
    const report = { title, summary: 'It runs.', annotations: [], actions: [] };
    await at.host.reportCheck({ name, head, conclusion: 'success', ...report });
    expect(await runs()).toEqual([{ status: 'completed', conclusion: 'success', title }]);
  });

  it('is called off with a plan that a newer one replaces', async () => {
    const { progress, pass, runs } = await shown();
    pass(3_000);
    progress.onProgress(1, 2);
    await progress.cancel();
    const title = 'A newer plan takes its place';
    expect(await runs()).toEqual([{ status: 'completed', conclusion: 'cancelled', title }]);
  });

  it('that GitHub does not take keeps no plan from being made', async () => {
    const { at, progress, pass, runs } = await shown();
    pass(3_000);
    at.github.hooks.failNext('POST', /check-runs/, 500);
    progress.onProgress(1, 2);
    await progress.settled();
    expect(await runs()).toEqual([]);
  });
});
