import { describe, expect, it } from 'vitest';
import type { CheckReport, DeploymentReport } from '../../src/ports/code-host.ts';
import { HERE, openedPull } from '../demo/github/scene.ts';
import { commit, hosted, hostsOf, type Hosted } from './hosted.ts';

function report(head: string, over: Partial<CheckReport> = {}): CheckReport {
  return {
    name: 'tidegate / plan (prod)',
    head,
    conclusion: 'success',
    title: 'Nothing to run on prod',
    summary: 'Nothing.',
    annotations: [],
    actions: [],
    ...over,
  };
}

async function runsOf(at: Hosted, ref: string) {
  const { data } = await at.as('ada').rest.checks.listForRef({ ...HERE, ref });
  return data.check_runs;
}

describe('a check', () => {
  it('is completed at once, with every annotation and its actions', async () => {
    const at = await hosted();
    const head = await commit(at, 'work', { 'a.sql': 'SELECT 1;\n'.repeat(130) });
    const annotations = Array.from({ length: 120 }, (_, index) => ({
      path: 'a.sql',
      line: index + 1,
      level: 'warning' as const,
      title: 'Takes a lock',
      message: `Line ${index + 1}.`,
    }));
    const actions = [{ label: 'Plan again', description: 'Makes the plan anew', identifier: 'plan' }];
    await at.host.reportCheck(
      report(head, { conclusion: 'action_required', annotations, actions, text: 'All.' }),
    );
    const [run] = await runsOf(at, head);
    expect(run).toMatchObject({
      name: 'tidegate / plan (prod)',
      status: 'completed',
      conclusion: 'action_required',
      output: { title: 'Nothing to run on prod', summary: 'Nothing.', text: 'All.', annotations_count: 120 },
    });
    const listed = await at.as('ada').paginate('GET /repos/{owner}/{repo}/check-runs/{id}/annotations', {
      ...HERE,
      id: run?.id ?? 0,
      per_page: 100,
    });
    expect(listed).toHaveLength(120);
  });

  it('made anew is the one that counts, without the annotations of the older', async () => {
    const at = await hosted();
    const head = await commit(at, 'work', { 'a.sql': 'SELECT 1;\n' });
    const annotation = { path: 'a.sql', line: 1, level: 'failure', title: 'Broken', message: 'x' } as const;
    await at.host.reportCheck(report(head, { conclusion: 'failure', annotations: [annotation] }));
    await at.host.reportCheck(report(head));
    expect(await runsOf(at, head)).toMatchObject([
      { conclusion: 'success', output: { annotations_count: 0 } },
    ]);
  });

  it('is known to be there only where it is the App’s own', async () => {
    const at = await hosted();
    const head = await commit(at, 'work', { 'a.sql': 'SELECT 1;\n' });
    const names = ['tidegate / plan (prod)', 'tidegate / gate (prod)'] as const;
    await at.host.reportCheck(report(head));
    expect(await at.host.hasChecks(head, names)).toBe(false);
    const other = at.github.createApp({
      slug: 'other',
      owner: 'acme',
      permissions: { checks: 'write' },
      events: [],
      privateKey: at.privateKey,
      webhookSecret: 'x',
    });
    at.github.installApp(other, at.repository);
    const stranger = await hostsOf({ ...at, app: other }).forRepository(at.repository.id);
    await stranger?.reportCheck(report(head, { name: names[1] }));
    expect(await at.host.hasChecks(head, names)).toBe(false);
    expect(await at.host.firstShown(head, names[1])).toBeNull();
    await at.host.reportCheck(report(head, { name: names[1] }));
    expect(await at.host.hasChecks(head, names)).toBe(true);
    const first = await at.host.firstShown(head, names[0]);
    expect(first?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await at.host.reportCheck(report(head));
    expect(await at.host.firstShown(head, names[0])).toEqual(first);
  });
});

describe('a comment', () => {
  it('is found by its marker among hundreds, and only where the App wrote it', async () => {
    const at = await hosted();
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    const marker = '<!-- tidegate:sticky -->';
    const forged = await at
      .as('wim')
      .rest.issues.createComment({ ...HERE, issue_number: number, body: `${marker} forged` });
    expect(await at.host.findComment(number, marker)).toBeNull();
    await Promise.all(Array.from({ length: 101 }, () => at.host.comment(number, 'Chatter')));
    const own = await at.host.comment(number, `${marker}\nfirst`);
    expect(await at.host.findComment(number, marker)).toBe(own);
    expect(await at.host.updateComment(own, `${marker}\nsecond`)).toBe(true);
    expect(await at.host.updateComment(forged.data.id, 'taken over')).toBe(false);
    expect(await at.host.updateComment(424_242, 'nothing')).toBe(false);
    const { data } = await at.as('ada').rest.issues.getComment({ ...HERE, comment_id: forged.data.id });
    expect(data.body).toBe(`${marker} forged`);
  });

  it('gets reactions, and one that is gone needs none', async () => {
    const at = await hosted();
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    const id = await at.host.comment(number, 'Hello');
    for (const reaction of ['eyes', 'rocket', 'confused', 'eyes'] as const) await at.host.react(id, reaction);
    const { data } = await at.as('ada').rest.reactions.listForIssueComment({ ...HERE, comment_id: id });
    expect(data.map(({ content }) => content).sort()).toEqual(['confused', 'eyes', 'rocket']);
    await at.as('ada').rest.issues.deleteComment({ ...HERE, comment_id: id });
    await at.host.react(id, 'eyes');
  });
});

describe('an issue', () => {
  it('is opened and closed', async () => {
    // Of webhooks about issues GitHub's description lacks a field of the App that opened them.
    const at = await hosted({ onDelivery: () => undefined });
    const number = (await at.host.openIssue('prod is on hold', 'Why.')) ?? 0;
    await at.host.closeIssue(number);
    const { data } = await at.as('ada').rest.issues.get({ ...HERE, issue_number: number });
    expect(data).toMatchObject({ title: 'prod is on hold', state: 'closed', user: { login: 'tide[bot]' } });
  });
});

describe('a deployment', () => {
  const states = async (at: Hosted): Promise<readonly string[][]> => {
    const { data } = await at.as('ada').rest.repos.listDeployments(HERE);
    return Promise.all(
      data.map(async ({ id, environment }) => {
        const { data: statuses } = await at
          .as('ada')
          .rest.repos.listDeploymentStatuses({ ...HERE, deployment_id: id });
        return [environment, ...statuses.map(({ state }) => state)];
      }),
    );
  };

  it('goes from one state to the next, and told twice is made once', async () => {
    const at = await hosted();
    const sha = (await at.host.branchHead('main')) ?? '';
    const told: DeploymentReport = {
      environment: 'prod',
      commit: sha,
      state: 'in_progress',
      description: 'x'.repeat(200),
      production: true,
    };
    await at.host.reportDeployment(told);
    await at.host.reportDeployment({ ...told, state: 'success' });
    await at.host.reportDeployment({ ...told, state: 'success' });
    expect(await states(at)).toEqual([['prod', 'success', 'in_progress']]);
    await at.host.reportDeployment({ ...told, state: 'failure', description: 'Taken back' });
    expect(await states(at)).toEqual([
      ['prod', 'failure'],
      ['prod', 'success', 'in_progress'],
    ]);
  });

  it('has a status on its commit, cut to what GitHub takes', async () => {
    const at = await hosted();
    const sha = (await at.host.branchHead('main')) ?? '';
    await at.host.setStatus(sha, 'success', 'tidegate/prod', 'y'.repeat(200));
    const { data } = await at.as('ada').rest.repos.getCombinedStatusForRef({ ...HERE, ref: sha });
    expect(data.statuses).toMatchObject([{ context: 'tidegate/prod', state: 'success' }]);
  });
});
