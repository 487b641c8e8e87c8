import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCheckRun } from '../../src/demo/github/operations/check-runs.ts';
import { appActor } from '../../src/demo/github/operations/apps.ts';
import { withClient } from '../support/postgres.ts';
import { forkOf } from '../support/strangers.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { oneOfDba } from './scene.ts';
import { changeQueue, groupsOf, queueRules, requireQueue, type Group } from './queue.ts';
import { ranAs, step, teamOf, type Team } from './team.ts';

describe('a merge queue', () => {
  let world: World;
  let team: Team;
  let ruleset: number;

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile: oneOfDba,
      environments: ['prod'],
      branches: [],
      migrations: {},
    });
    team = teamOf(world);
    await world.settled();
    ruleset = await requireQueue(world);
  });
  afterAll(() => world.close());
  afterEach(async () => {
    await together(1);
    await world.settled();
    await expectAgreement(world);
  });

  const change = (name: 'enqueue' | 'dequeue', number: number) => changeQueue(world, name, number);
  /** So many pull requests are checked as one group. */
  const together = (count: number) =>
    world
      .as('ada')
      .rest.repos.updateRepoRuleset({ ...SHOP, ruleset_id: ruleset, ...queueRules(world, count) });
  const ready = async (work: Parameters<Team['open']>[0]) => {
    const number = await team.open(work);
    await world.settled();
    await team.approve(number);
    await world.settled();
    return number;
  };
  const stateOf = async (number: number) => {
    const { data } = await world.as('ada').rest.pulls.get({ ...SHOP, pull_number: number });
    return data.merged ? 'merged' : data.state;
  };
  /** The groups whose heads GitHub has told of, oldest first; they are kept with the deliveries. */
  const groups = (): readonly Group[] => groupsOf(world);
  /** What the checks of a group say, as in `plan success: 1 migration …`. */
  const saidOf = async ({ head_sha: ref }: Group) => {
    const { data } = await world.as('ada').rest.checks.listForRef({ ...SHOP, ref, app_id: world.appId });
    return data.check_runs
      .map(({ name, conclusion, output }) => `${name.split(' ')[2]} ${conclusion}: ${output.title}`)
      .sort();
  };
  const summaries = async ({ head_sha: ref }: Group) => {
    const { data } = await world.as('ada').rest.checks.listForRef({ ...SHOP, ref, app_id: world.appId });
    return data.check_runs.map(({ output }) => output.summary ?? '').join('\n');
  };
  const digests = async (numbers: readonly number[]) => {
    const { rows } = await withClient(world.control.url, (client) =>
      client.query<{ planned: string; applied: string }>(
        `SELECT planned.digest AS planned, change.digest AS applied FROM unnest($1::int[]) number
           JOIN LATERAL (SELECT digest FROM tidegate.plan WHERE pull_request = number ORDER BY id DESC LIMIT 1) planned ON true
           JOIN tidegate.change ON change.pull_request = number AND change.status = 'applied'`,
        [numbers],
      ),
    );
    return rows;
  };
  const isGroupHook = (action: string) => (hook: { event: string; action: string | null }) =>
    hook.event === 'merge_group' && hook.action === action;

  it('merges one pull request once its group is planned and allowed, and applies what was approved', async () => {
    const number = await ready({ branch: 'one', files: step(1) });
    await change('enqueue', number);
    await world.settled();
    expect(await saidOf(groups()[0] ?? none)).toEqual([
      'gate success: Everything in this group may run on prod',
      'plan success: 1 migration of 1 pull request for prod',
    ]);
    expect(await stateOf(number)).toBe('merged');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    const [digest] = await digests([number]);
    expect(digest?.applied).toBe(digest?.planned);
  });

  it('is answered at once where nothing in the group changes a migration', async () => {
    const number = await team.open({ branch: 'words', files: { 'NOTES.md': 'Notes.\n' } });
    await world.settled();
    await change('enqueue', number);
    await world.settled();
    expect(await saidOf(groups().at(-1) ?? none)).toEqual([
      'gate success: Everything in this group may run on prod',
      'plan success: Nothing to run on prod',
    ]);
    expect(await stateOf(number)).toBe('merged');
  });

  it.each(['MERGE', 'SQUASH', 'REBASE'] as const)(
    'plans each of a group on what is before it, and applies each under its own digest: %s',
    async (method) => {
      const at = { MERGE: 10, SQUASH: 20, REBASE: 30 }[method];
      const file = `migrations/00${at + 1}_note.sql`;
      const note = `-- Up Migration\nalter table if exists step_00${at} add column note text;\n\n-- Down Migration\nalter table if exists step_00${at} drop column if exists note;\n`;
      const first = await ready({ branch: `first-${method}`, files: step(at) });
      const second = await ready({ branch: `second-${method}`, files: { [file]: note } });
      await world
        .as('ada')
        .rest.repos.updateRepoRuleset({ ...SHOP, ruleset_id: ruleset, ...queueRules(world, 2, method) });
      await change('enqueue', first);
      await change('enqueue', second);
      await world.settled();
      const group = groups().at(-1) ?? none;
      expect(group.head_ref).toContain(`/pr-${second}-`);
      expect(await saidOf(group)).toContain('plan success: 2 migrations of 2 pull requests for prod');
      expect(await summaries(group)).toMatch(new RegExp(`#${first}[^]*#${second}`));
      expect([await stateOf(first), await stateOf(second)]).toEqual(['merged', 'merged']);
      const columns = await world.query<{ name: string }>(
        'prod',
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'step_00${at}'::regclass AND attnum > 0 ORDER BY attnum`,
      );
      expect(columns.map(({ name }) => name)).toEqual(['id', 'note']);
      const pairs = await digests([first, second]);
      expect(pairs).toHaveLength(2);
      for (const { planned, applied } of pairs) expect(applied).toBe(planned);
    },
  );

  it('is told which of a group does not go with those before it; the rest are merged', async () => {
    await together(2);
    const first = await ready({ branch: 'table', files: step(40) });
    const clash = await ready({ branch: 'same-table', files: step(41, 'step_0040') });
    await change('enqueue', first);
    await change('enqueue', clash);
    await world.settled();
    const [both, , alone] = groups().slice(-3);
    expect(await saidOf(both ?? none)).toEqual([
      expect.stringMatching(`^gate failure: #${clash}: The plan cannot run`),
      `plan failure: #${clash}: 1 problem: cannot run on prod`,
    ]);
    expect(await summaries(both ?? none)).toMatch(/already exists/);
    expect(await saidOf(alone ?? none)).toContain(`plan failure: #${clash}: 1 problem: cannot run on prod`);
    expect([await stateOf(first), await stateOf(clash)]).toEqual(['merged', 'open']);
    await team.close(clash);
  });

  it('loses what is no longer approved, and goes on with the rest', async () => {
    const withdrawn = await ready({ branch: 'withdrawn', files: step(50) });
    const fine = await ready({ branch: 'fine', files: step(51) });
    const release = world.github.hooks.delay(isGroupHook('checks_requested'));
    await change('enqueue', withdrawn);
    const { data } = await world.as('ada').rest.pulls.listReviews({ ...SHOP, pull_number: withdrawn });
    const dismissal = { ...SHOP, pull_number: withdrawn, review_id: data[0]?.id ?? 0, message: 'Wait.' };
    await world.as('ada').rest.pulls.dismissReview(dismissal);
    await change('enqueue', fine);
    release();
    await world.settled();
    const said = await Promise.all(groups().slice(-3).map(saidOf));
    expect(said.flat()).toContainEqual(
      expect.stringMatching(`^gate action_required: #${withdrawn}: prod needs 1 approval`),
    );
    expect([await stateOf(withdrawn), await stateOf(fine)]).toEqual(['open', 'merged']);
    expect(await world.history('prod')).not.toContain(ranAs(50));
    await team.close(withdrawn);
  });

  it('is answered anew when its branch moved', async () => {
    const number = await ready({ branch: 'moved', files: step(60) });
    const release = world.github.hooks.delay(isGroupHook('checks_requested'));
    await change('enqueue', number);
    await team.push('main', { 'README.md': '# Moved\n' }, { by: 'ada' });
    release();
    await world.settled();
    // The first, of a group that is no more, is answered by nothing.
    const [kept, stale] = [...groups()].reverse().slice(0, 2);
    expect(
      [await saidOf(stale ?? none), await saidOf(kept ?? none)].map(({ length }) => length).sort(),
    ).toEqual([0, 2]);
    expect(await stateOf(number)).toBe('merged');
    expect(await world.history('prod')).toContain(ranAs(60));
  });

  it('that gives a group up has its planning cancelled, and what its checks left open closed', async () => {
    const number = await ready({ branch: 'given-up', files: step(70) });
    const blocked = await withClient(world.targets.get('prod')?.url ?? '', async (client) => {
      await client.query('BEGIN; LOCK TABLE public.pgmigrations IN ACCESS EXCLUSIVE MODE');
      await change('enqueue', number);
      const waiting = `SELECT 1 FROM pg_locks WHERE relation = 'public.pgmigrations'::regclass AND NOT granted`;
      await vi.waitFor(async () => expect((await client.query(waiting)).rowCount).toBeGreaterThan(0), 20_000);
      const group = groups().at(-1) ?? none;
      const name = 'tidegate / plan (prod)';
      await createCheckRun(
        world.github.world,
        world.repository,
        { name, headSha: group.head_sha, status: 'in_progress' },
        actor(world),
      );
      await change('dequeue', number);
      await vi.waitFor(
        async () =>
          expect(await saidOf(group)).toEqual(['plan cancelled: The merge queue has given up this group']),
        20_000,
      );
      await client.query('ROLLBACK');
      return group;
    });
    await world.settled();
    expect(await saidOf(blocked)).toHaveLength(1);
    expect(await stateOf(number)).toBe('open');
    // Within the same second the same merge would be the same commit, with the same checks.
    await team.push('given-up', { 'MORE.md': 'More.\n' });
    await world.settled();
    await change('enqueue', number);
    await world.settled();
    expect(await stateOf(number)).toBe('merged');
  });

  it('whose webhook was lost is found by the sweep', async () => {
    const number = await ready({ branch: 'lost', files: step(80) });
    world.github.hooks.drop(isGroupHook('checks_requested'));
    await change('enqueue', number);
    await world.settled();
    expect(await stateOf(number)).toBe('open');
    await world.service.sweep();
    await world.settled();
    expect(await stateOf(number)).toBe('merged');
    expect(await world.history('prod')).toContain(ranAs(80));
  });

  /** Has the queue wait for a check of somebody else's, which is green on pull requests and never on groups. */
  const othersAlone = async (work: () => Promise<void>) => {
    const { rules } = queueRules(world, 1);
    const others = { context: 'ci' };
    await world.as('ada').rest.repos.updateRepoRuleset({
      ...SHOP,
      ruleset_id: ruleset,
      rules: [
        ...rules.filter(({ type }) => type !== 'required_status_checks'),
        {
          type: 'required_status_checks',
          parameters: { required_status_checks: [others], strict_required_status_checks_policy: false },
        },
      ],
    });
    await work();
  };
  const greenElsewhere = async (number: number) => {
    const { data } = await world.as('ada').rest.pulls.get({ ...SHOP, pull_number: number });
    const status = { ...SHOP, sha: data.head.sha, context: 'ci', state: 'success' as const };
    await world.as('ada').rest.repos.createCommitStatus(status);
  };

  it('runs nothing of a stranger’s for whom nobody has vouched, and its checks say so', async () => {
    world.repository.private = false;
    const fork = await forkOf(world, 'sid');
    const failing = '-- Up Migration\nDROP TABLE step_0001;\nSELECT 1 / 0;\n';
    const throwing = "export const up = () => { throw new Error('the code ran'); };\n";
    const files = { 'migrations/0085_bad.sql': failing, 'migrations/0086_bad.js': throwing };
    const number = await fork.open('strange', files);
    await world.settled();
    await othersAlone(async () => {
      await greenElsewhere(number);
      await change('enqueue', number);
      await world.settled();
      const group = groups().at(-1) ?? none;
      expect(group.head_ref).toContain(`/pr-${number}-`);
      expect(await saidOf(group)).toEqual([
        expect.stringMatching(`^gate failure: #${number}: The plan cannot run`),
        `plan failure: #${number}: Not run on the shadow of prod: it is a stranger's`,
      ]);
      const summary = await summaries(group);
      expect(summary).toMatch(/comes from a fork[^]*commented `\/plan`[^]*put it in again afterwards/);
      expect(summary).not.toMatch(/division by zero|the code ran/);
      await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, state: 'closed' });
      await world.settled();
    });
  });

  it('asks for approvals of a change of the rules that no pull request is known for', async () => {
    const file = '.github/tidegate.yml';
    const number = await team.open({ branch: 'rules', files: { [file]: `# Ours.\n${oneOfDba}` } });
    await world.settled();
    await othersAlone(async () => {
      await greenElsewhere(number);
      await change('enqueue', number);
      await world.settled();
      const known = groups().at(-1) ?? none;
      expect(await saidOf(known)).toContainEqual(
        expect.stringMatching(`^gate action_required: #${number}: prod needs 1 approval`),
      );
      // The same commit by a branch of nobody's: the queue knows no pull request for it.
      const base = await team.head('main');
      const name = `gh-readonly-queue/main/pr-999999-${base}`;
      const sha = await team.push(name, { [file]: `# Nobody's.\n${oneOfDba}` }, { from: 'main' });
      const ofNobody = { head_sha: sha, head_ref: `refs/heads/${name}` };
      await world.service.sweep();
      await world.settled();
      expect(await saidOf(ofNobody)).toContainEqual(
        expect.stringMatching(
          /^gate action_required: Commit [0-9a-f]{10}, which is of no known pull request/,
        ),
      );
      await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, state: 'closed' });
      await world.as('ada').rest.git.deleteRef({ ...SHOP, ref: `heads/${name}` });
      await world.settled();
    });
  });

  it('gets both checks red where planning fails for good', async () => {
    const number = await ready({ branch: 'failing', files: step(90) });
    // The walk along the group's commits, at the first try and the three after it.
    world.github.hooks.failNext('GET', /\/commits\?/, 500, 4);
    await world.withoutPauses(() => change('enqueue', number));
    expect((await saidOf(groups().at(-1) ?? none)).map((line) => line.slice(0, 12))).toEqual([
      'gate failure',
      'plan failure',
    ]);
    expect(await summaries(groups().at(-1) ?? none)).toMatch(/failed several times in a row/);
    expect(await stateOf(number)).toBe('open');
    await change('enqueue', number);
    await world.settled();
    expect(await stateOf(number)).toBe('merged');
  });
});

const none: Group = { head_sha: '0'.repeat(40), head_ref: '' };

function actor(world: World) {
  const app = world.github.store.apps.get(world.appId);
  if (app === undefined) throw new Error('there is no App in this world');
  return appActor(world.github.world, app);
}
