import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, teamOf, type Team } from './team.ts';

const least = { approvals: 2, from: ['@acme/dba'] };
const path = '.github/tidegate.yml';
const open = `version: 1
environments:
  prod: { branch: main, protected: false }
`;

describe('the server’s floor under an open environment', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: open, least: { prod: least } }));
  });
  afterAll(() => world.close());

  const approved = async (number: number, ...logins: readonly string[]): Promise<string | null> => {
    for (const login of logins) await team.approve(number, login);
    await world.settled();
    return team.check(number, 'gate');
  };
  const opened = async (work: Parameters<Team['open']>[0]): Promise<number> => {
    const number = await team.open(work);
    await world.settled();
    return number;
  };
  const alert = async (): Promise<number> => {
    const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
    return data.find(({ title }) => title.includes('on hold'))?.number ?? 0;
  };

  it('is what the gate asks for, of those whom it names', async () => {
    const number = await opened({ branch: 'second', files: step(2) });
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await approved(number, 'ada', 'wanda', 'dan')).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(
      /needs 2 approvals from a member of `acme\/dba`.*1 counts/,
    );
    expect(await approved(number, 'dora')).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
    // Taking back asks for one other at the least.
    expect(await team.told(number, 'dan', '/rollback --accept-data-loss')).toMatch(/DROP TABLE step_0002/);
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('is asked for again when the change is applied', async () => {
    const number = await opened({ branch: 'third', files: step(3) });
    await approved(number, 'dan');
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(3));
    expect(await team.told(await alert(), 'wanda', '/confirm')).toMatch(/may not use `\/confirm`/);
    await team.told(await alert(), 'dora', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(3));
  });

  it('guards the rules, and what they are changed together with', async () => {
    const looser = `${open}# Nobody has to look at anything.\n`;
    const alone = await opened({ branch: 'looser', files: { [path]: looser } });
    expect(await approved(alone, 'ada', 'dan')).toBe('action_required');
    expect(await approved(alone, 'dora')).toBe('success');
    const both = await opened({ branch: 'both', files: { [path]: looser, ...step(4) } });
    expect(await approved(both, 'ada', 'dan')).toBe('action_required');
    await team.merge(both);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
    expect(await world.history('prod')).not.toContain(ranAs(4));
    await team.told(await alert(), 'dora', '/confirm');
    expect(await world.history('prod')).toContain(ranAs(4));
  });

  it('is asked for of a merge group', async () => {
    await protect(world);
    const number = await opened({ branch: 'fifth', files: step(5) });
    expect(await approved(number, 'dan', 'dora')).toBe('success');
    const release = world.github.hooks.delay(
      ({ event, action }) => event === 'merge_group' && action === 'checks_requested',
    );
    await enqueue(world, number);
    const { data } = await world.as('ada').rest.pulls.listReviews({ ...SHOP, pull_number: number });
    const last = data.find(({ user }) => user?.login === 'dora')?.id ?? 0;
    const dismissal = { ...SHOP, pull_number: number, review_id: last, message: 'Not yet.' };
    await world.as('ada').rest.pulls.dismissReview(dismissal);
    release();
    await world.settled();
    expect(await groupGate(world)).toMatch(/^action_required: #\d+: prod needs 2 approvals/);
    expect(await world.history('prod')).not.toContain(ranAs(5));
    expect(world.violations()).toEqual([]);
  });
});

describe('the server’s floor without a repository’s file', () => {
  it('is asked for beside anybody with write', async () => {
    const world = await startWorld({
      repositoryFile: null,
      environments: ['main'],
      branches: [],
      least: { main: least },
    });
    try {
      const team = teamOf(world);
      const number = await team.open({ branch: 'first', files: step(1) });
      await world.settled();
      for (const login of ['ada', 'wanda', 'dan']) await team.approve(number, login);
      await world.settled();
      expect(await team.check(number, 'gate', 'main')).toBe('action_required');
      await team.merge(number);
      await world.settled();
      expect(await team.holds()).toEqual(['main: not-approved']);
      await team.approve(number, 'dora');
      await world.settled();
      expect(await team.holds()).toEqual([]);
      expect(await world.history('main')).toEqual([ranAs(1)]);
    } finally {
      await world.close();
    }
  });
});

/** The default branch takes what its queue merges alone, with the App's gate. */
async function protect(world: World): Promise<void> {
  const queue = {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN' as const,
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'MERGE' as const,
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 0,
  };
  const required = [{ context: 'tidegate / gate (prod)', integration_id: world.appId }];
  const checks = { required_status_checks: required, strict_required_status_checks_policy: false };
  await world.as('ada').rest.repos.createRepoRuleset({
    ...SHOP,
    name: 'main',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      { type: 'merge_queue', parameters: queue },
      { type: 'required_status_checks', parameters: checks },
    ],
  });
}

async function enqueue(world: World, number: number): Promise<void> {
  const { data } = await world.as('wim').rest.pulls.get({ ...SHOP, pull_number: number });
  const query =
    'mutation($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { clientMutationId } }';
  await world.as('wim').graphql(query, { input: { pullRequestId: data.node_id } });
}

/** What the gate says of the newest group that GitHub has told of. */
async function groupGate(world: World): Promise<string> {
  const told = [...world.github.store.deliveries.values()].filter(
    ({ event, action }) => event === 'merge_group' && action === 'checks_requested',
  );
  const { merge_group: group } = JSON.parse(told.at(-1)?.payload ?? '') as {
    merge_group: { head_sha: string };
  };
  const { data } = await world.as('ada').rest.checks.listForRef({ ...SHOP, ref: group.head_sha });
  const gate = data.check_runs.find(({ name }) => name === 'tidegate / gate (prod)');
  return `${gate?.conclusion ?? 'none'}: ${gate?.output.title ?? ''}`;
}
