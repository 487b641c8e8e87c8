import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, teamOf, type Team } from './team.ts';

const rules = (prod: string): string => `version: 1
environments:
  dev:
    branch: dev
    approvals: { required: 1, from: ['@acme/dba'] }
  prod:
    branch: main
${prod}
`;

/** A team's environment in which a test can wait for what an act leads to. */
function acting(world: World, team: Team) {
  const askedToReview = async (number: number): Promise<readonly string[]> => {
    const { data } = await world
      .as('ada')
      .rest.pulls.listRequestedReviewers({ ...SHOP, pull_number: number });
    return data.users.map(({ login }) => login);
  };
  /** The App's one comment. */
  const comment = async (number: number): Promise<string> => (await team.answers(number))[0] ?? '';
  const approved = async (branch: string, files: Readonly<Record<string, string>>): Promise<number> => {
    const number = await team.open({ branch, files });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    return number;
  };
  return { askedToReview, comment, approved };
}

describe('an open gate closes again', () => {
  const usual = rules(`    approvals:
      required: 1
      from: ['@acme/dba']
      when:
        - { label: risky, required: 2 }`);
  const items =
    '-- Up Migration\nCREATE TABLE items (name varchar(10));\n\n-- Down Migration\nDROP TABLE items;\n';
  const typed = (up: string): string =>
    `-- Up Migration\nALTER TABLE items ALTER COLUMN name TYPE ${up};\n\n-- Down Migration\nALTER TABLE items ALTER COLUMN name TYPE varchar(10);\n`;
  let world: World;
  let team: Team;
  let at: ReturnType<typeof acting>;

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile: usual,
      environments: ['dev', 'prod'],
      branches: ['dev'],
      migrations: { '0001_items.sql': items },
      applied: true,
    });
    team = teamOf(world);
    at = acting(world, team);
  });
  afterAll(() => world.close());

  const setTeam = async (login: string, change: 'added' | 'removed') => {
    const dba = [...world.github.store.teams.values()].find(({ slug }) => slug === 'dba');
    if (dba === undefined) throw new Error('this world has no team dba');
    world.github.setTeamMember(dba, login, change);
    await world.settled();
  };

  it('when the approval is dismissed', async () => {
    const number = await team.open({ branch: 'dismissed', files: step(20) });
    await world.settled();
    const review = await team.approve(number);
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
    const dismissal = { ...SHOP, pull_number: number, review_id: review, message: 'Wait.' };
    expect(await team.gateAfter(number, world.as('ada').rest.pulls.dismissReview(dismissal))).toBe(
      'action_required',
    );
    expect(await at.comment(number)).toMatch(/Counted before.*\n\n- The review of `dan` was dismissed/);
    expect(await at.askedToReview(number)).toEqual([]);
    await team.close(number);
  });

  it('when somebody whose approval would count asks for changes', async () => {
    const number = await at.approved('changes', step(20));
    const review = { ...SHOP, pull_number: number, event: 'REQUEST_CHANGES' as const, body: 'No.' };
    const ask = (login: string) => world.as(login).rest.pulls.createReview(review);
    expect(await team.gateAfter(number, ask('wanda'))).toBe('success');
    expect(await team.gateAfter(number, ask('dora'))).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/Changes were asked for/);
    await team.close(number);
  });

  it('when the approver loses the right, without a further review', async () => {
    const number = await at.approved('right', step(20));
    await setTeam('dan', 'removed');
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await at.comment(number)).toMatch(/Counted before.*\n\n- `dan` approved, but only approvals from/);
    expect(await at.askedToReview(number)).toEqual([]);
    await setTeam('dan', 'added');
    expect(await team.check(number, 'gate')).toBe('success');
    await team.close(number);
  });

  it('when its base is changed', async () => {
    const number = await at.approved('based', step(20));
    const retarget = (base: string) =>
      world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, base });
    expect(await team.gateAfter(number, retarget('dev'), 'dev')).toBe('action_required');
    expect(await team.gateAfter(number, retarget('main'))).toBe('success');
    await team.close(number);
  });

  it('when its head moves while an approval of the older one is decided', async () => {
    const number = await team.open({ branch: 'moving', files: step(20) });
    await world.settled();
    const older = await team.head('moving');
    const release = world.github.hooks.delay(({ event }) => event === 'push' || event === 'pull_request', 2);
    await team.push('moving', step(21));
    const review = { ...SHOP, pull_number: number, event: 'APPROVE' as const, commit_id: older };
    expect(await team.gateAfter(number, world.as('dan').rest.pulls.createReview(review))).toBe(
      'action_required',
    );
    release();
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved .* where the plan was another/);
    await team.close(number);
  });

  it('when other statements are pushed: who approved is asked to look again, once', async () => {
    const number = await at.approved('asked', step(20));
    expect(await team.gateAfter(number, team.push('asked', step(21)))).toBe('action_required');
    expect(await at.comment(number)).toMatch(/Counted before.*\n\n- `dan` approved .* the plan was another/);
    expect(await at.askedToReview(number)).toEqual(['dan']);
    const undone = { ...SHOP, pull_number: number, reviewers: ['dan'] };
    await world.as('wim').rest.pulls.removeRequestedReviewers(undone);
    await team.comment(number, 'wim', '/plan');
    await world.settled();
    expect(await at.askedToReview(number)).toEqual([]);
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    expect(await at.comment(number)).not.toMatch(/Counted before/);
    await team.close(number);
  });

  it('when the policy on the default branch asks for more', async () => {
    const number = await at.approved('policy', step(20));
    const stricter = rules("    approvals: { required: 2, from: ['@acme/dba'] }");
    expect(await team.gateAfter(number, team.rule(stricter))).toBe('action_required');
    expect(await team.gateAfter(number, team.rule(usual))).toBe('success');
    await team.close(number);
  });

  it('when the same statements have a worse hazard by now', async () => {
    const number = await at.approved('riskier', { [fileOf(30)]: typed('varchar(20)') });
    const digest = /Plan `(\w+)`/.exec(await at.comment(number))?.[1];
    await team.land({ branch: 'text', files: { [fileOf(29)]: typed('text') } });
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(/Plan `(\w+)`/.exec(await at.comment(number))?.[1]).toBe(digest);
    expect(await team.said(number, 'gate')).toMatch(/by now there is one of severity high: approve again/);
    expect(await at.askedToReview(number)).toEqual(['dan']);
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    await team.close(number);
  });

  it('when it gets a label that asks for more, and opens when that is taken off', async () => {
    const number = await at.approved('labelled', step(40));
    const { rest } = world.as('wim');
    const label = { ...SHOP, issue_number: number };
    expect(await team.gateAfter(number, rest.issues.addLabels({ ...label, labels: ['risky'] }))).toBe(
      'action_required',
    );
    expect(await team.gateAfter(number, rest.issues.removeLabel({ ...label, name: 'risky' }))).toBe(
      'success',
    );
    await team.close(number);
  });

  it('when who approved is who pushed last, but not by "Update branch"', async () => {
    const number = await team.open({ branch: 'pushed-by', files: step(40) });
    await world.settled();
    const asWim = { name: 'wim', email: 'wim@acme.example' };
    const pushAsWim = (login: string, text: string) =>
      world.github.commitFiles(world.repository, {
        branch: 'pushed-by',
        files: { 'NOTES.md': text },
        message: 'Note it',
        author: { ...asWim, login },
      });
    await pushAsWim('dan', 'One.\n');
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved, but pushed it/);
    await team.push('main', { 'README.md': '# Shop, again\n' }, { by: 'ada' });
    await world.as('dora').rest.pulls.updateBranch({ ...SHOP, pull_number: number });
    await expect.poll(() => team.head('pushed-by'), { timeout: 10_000 }).not.toBe('');
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number, 'dora'))).toBe('success');
    await team.close(number);
  });

  it('knows who pushed last from GitHub where no webhook told', async () => {
    const number = await team.open({ branch: 'unheard', files: step(40) });
    await world.settled();
    world.github.hooks.drop(({ event }) => event === 'push' || event === 'pull_request', 2);
    await world.github.commitFiles(world.repository, {
      branch: 'unheard',
      files: { 'NOTES.md': 'Unheard.\n' },
      message: 'Note it',
      author: { name: 'wim', email: 'wim@acme.example', login: 'dan' },
    });
    expect(await team.gateAfter(number, team.approve(number))).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved, but pushed it/);
    await team.close(number);
  });

  it('says on /status how the gate stands and who can open it', async () => {
    const number = await team.open({ branch: 'status', files: step(40) });
    await world.settled();
    await team.comment(number, 'wim', '/status');
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(
      /The gate of this pull request, for `prod`:\n\n- .*needs 1 approval from a member of `acme\/dba`/,
    );
    await team.close(number);
  });

  it('holds migrations that a merge past the gate brings with weaker rules, by the rules before it', async () => {
    const weaker = rules('    protected: false');
    const number = await team.open({
      branch: 'weaker',
      files: { '.github/tidegate.yml': weaker },
    });
    await team.push('weaker', step(50));
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');
    await team.merge(number, { by: 'ada', method: 'rebase' });
    await world.settled();
    expect(await team.holds()).toEqual(['dev: rules', 'prod: rules']);
    expect(await world.history('prod')).not.toContain(ranAs(50));
    await team.approve(number);
    await world.settled();
    // The rules that it leaves ask for one, those before it for two.
    expect(await team.holds()).toEqual(['dev: rules', 'prod: rules']);
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(50));
    expect(world.github.unknownRequests).toEqual([]);
    expect(world.violations()).toEqual([]);
  });
});

describe('as time passes', () => {
  const day = 24 * 3600 * 1000;
  const yesterday = new Date(Date.now() - day).toISOString().slice(0, 10);
  const waived = `-- Up Migration
-- tidegate:allow drop-table until=${yesterday} reason="nobody reads it"
DROP TABLE step_0001;

-- Down Migration
CREATE TABLE step_0001 (id int PRIMARY KEY);
`;
  let world: World;
  let team: Team;
  let at: ReturnType<typeof acting>;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      branches: ['dev'],
      repositoryFile: rules("    plan_expires: 1d\n    approvals: { required: 1, from: ['@acme/dba'] }"),
      startsAt: new Date(Date.now() - 2 * day),
    }));
    at = acting(world, team);
  });
  afterAll(() => world.close());

  const plansOf = (number: number): Promise<number> =>
    withClient(world.control.url, async (client) => {
      const found = await client.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM tidegate.plan WHERE pull_request = $1',
        [number],
      );
      return found.rows[0]?.count ?? 0;
    });

  it('the sweep plans again what is too old or whose waiver has ended, and a review does', async () => {
    const waiver = await at.approved('waived', { [fileOf(2)]: waived });
    const old = await at.approved('old', step(3));
    const reviewed = await at.approved('reviewed', step(4));
    expect(await Promise.all([waiver, old, reviewed].map(plansOf))).toEqual([1, 1, 1]);
    world.setTime(new Date());
    expect(await team.gateAfter(reviewed, team.approve(reviewed, 'dora'))).toBe('success');
    expect(await Promise.all([waiver, old, reviewed].map(plansOf))).toEqual([1, 1, 2]);
    await world.service.sweep();
    await world.settled();
    expect(await Promise.all([waiver, old, reviewed].map(plansOf))).toEqual([2, 2, 2]);
    expect(await team.check(old, 'gate')).toBe('success');
    expect(await team.check(waiver, 'gate')).toBe('action_required');
    expect(await at.comment(waiver)).toMatch(
      /Counted before.*\n\n- `dan` approved, but the plan has changed/,
    );
    expect(await at.askedToReview(waiver)).toEqual(['dan']);
    await world.service.sweep();
    await world.settled();
    expect(await Promise.all([waiver, old, reviewed].map(plansOf))).toEqual([2, 2, 2]);
    expect(await team.gateAfter(waiver, team.approve(waiver))).toBe('success');
  });
});
