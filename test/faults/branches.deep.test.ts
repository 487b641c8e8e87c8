import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement } from '../flows/agreement.ts';
import { startScene } from '../flows/scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from '../flows/team.ts';
import { controlRows } from '../support/control-rows.ts';
import { SHOP, type World } from '../support/world.ts';

const rules = (dev: string, directory = 'migrations'): string => `version: 1
migrations: { directory: ${directory} }
environments:
  dev: { branch: ${dev}, protected: false }
  prod: { branch: main, protected: false }
`;

describe('an environment’s branch', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules('dev'), environments: ['dev', 'prod'] }));
  });
  afterAll(() => world.close());

  /** How often each migration was applied in an environment, as in `0002_step 1`. */
  const applied = async (environment: string): Promise<readonly string[]> => {
    const rows = await controlRows<{ line: string }>(
      world.control,
      `SELECT migration || ' ' || count(*) AS line FROM tidegate.audit
        WHERE action = 'applied' AND environment = $1 GROUP BY migration ORDER BY migration`,
      [environment],
    );
    return rows.map(({ line }) => line);
  };
  const promote = async (
    head: string,
    base: string,
    method: 'merge' | 'squash' | 'rebase',
  ): Promise<void> => {
    const { data } = await world
      .as('wim')
      .rest.pulls.create({ ...SHOP, head, base, title: `${head} to ${base}` });
    await world.settled();
    await team.merge(data.number, { method });
    await world.settled();
  };
  /** Replaces a branch by one commit without a parent that holds what `keep` wants of it. */
  const squashHistory = async (branch: string, keep: (path: string) => boolean): Promise<void> => {
    const { rest } = world.as('ada');
    const { data: all } = await rest.git.getTree({ ...SHOP, tree_sha: branch, recursive: 'true' });
    const tree = all.tree.flatMap(({ path = '', sha = '', type }) =>
      type === 'blob' && keep(path) ? [{ path, sha, mode: '100644' as const, type: 'blob' as const }] : [],
    );
    const { data: made } = await rest.git.createTree({ ...SHOP, tree });
    const { data: commit } = await rest.git.createCommit({
      ...SHOP,
      message: 'All of it',
      tree: made.sha,
      parents: [],
    });
    await rest.git.updateRef({ ...SHOP, ref: `heads/${branch}`, sha: commit.sha, force: true });
    await world.settled();
  };

  it('fault 20: gets each migration once, whether it comes by squash, rebase or merge, or back again', async () => {
    await team.land({ branch: 'two', base: 'dev', files: step(2) });
    await promote('dev', 'main', 'squash');
    const three = await team.open({ branch: 'three', base: 'dev', files: step(3) });
    await team.push('three', step(4));
    await world.settled();
    await team.merge(three, { method: 'rebase' });
    await world.settled();
    await promote('dev', 'main', 'merge');
    await promote('main', 'dev', 'merge');
    const once = [2, 3, 4].map((number) => `${ranAs(number)} 1`);
    expect([await applied('dev'), await applied('prod')]).toEqual([once, once]);
    expect(await team.holds()).toEqual([]);
  });

  it('fault 20: whose history is squashed into one commit of the same files gets nothing again', async () => {
    const before = await applied('prod');
    await squashHistory('main', () => true);
    expect(await applied('prod')).toEqual(before);
    expect(await team.holds()).toEqual([]);
    await team.land({ branch: 'five', files: step(5) });
    expect(await world.history('prod')).toContain(ranAs(5));
  });

  it('fault 18: whose squashed history lost applied migrations is on hold, and nothing is taken back', async () => {
    const [tip, history] = [await team.head('main'), await world.history('prod')];
    await squashHistory('main', (path) => path !== fileOf(5));
    expect(await team.holds()).toEqual(['prod: removed']);
    const [alert] = await alertBodies(world);
    expect(alert).toMatch(/nothing was rolled back/);
    expect(await world.history('prod')).toEqual(history);
    await world.as('ada').rest.git.updateRef({ ...SHOP, ref: 'heads/main', sha: tip, force: true });
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual(history);
  });

  it('fault 18: whose rules come to name a wrong folder is on hold, and nothing is taken back', async () => {
    const history = await world.history('prod');
    await team.rule(rules('dev', 'database'));
    await world.settled();
    await team.push('main', { 'database/README.md': '# Nothing here\n' });
    await world.settled();
    expect(await world.history('prod')).toEqual(history);
    const number = await team.open({
      branch: 'elsewhere',
      files: { 'database/0009_step.sql': textOf('step_0009') },
    });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).not.toEqual([]);
    expect(await world.history('prod')).toEqual(history);
    await team.rule(rules('dev'), {
      beside: { 'database/README.md': null, 'database/0009_step.sql': null },
    });
    await world.settled();
    expect(await world.history('prod')).toEqual(history);
    expect(await team.holds()).toEqual([]);
  });

  it('fault 19: that is deleted takes nothing back, and made anew gets nothing again', async () => {
    const [tip, history] = [await team.head('dev'), await world.history('dev')];
    const { rest } = world.as('ada');
    await rest.git.deleteRef({ ...SHOP, ref: 'heads/dev' });
    await world.settled();
    await world.service.sweep();
    await world.settled();
    expect(await world.history('dev')).toEqual(history);
    await rest.git.createRef({ ...SHOP, ref: 'refs/heads/dev', sha: tip });
    await world.settled();
    expect([await world.history('dev'), await team.holds()]).toEqual([history, []]);
    // Made anew from where the files are not, it is as a force push that lost them.
    await rest.git.deleteRef({ ...SHOP, ref: 'heads/dev' });
    await world.settled();
    await squashInto(world, 'dev', tip, [fileOf(4)]);
    await world.settled();
    expect([await world.history('dev'), await team.holds()]).toEqual([history, ['dev: removed']]);
    await rest.git.updateRef({ ...SHOP, ref: 'heads/dev', sha: tip, force: true });
    await world.settled();
    expect([await world.history('dev'), await team.holds()]).toEqual([history, []]);
  });

  it('fault 19: that is renamed, in GitHub and in the rules, gets nothing again and goes on', async () => {
    const [tip, history, before] = [await team.head('dev'), await world.history('dev'), await applied('dev')];
    const { rest } = world.as('ada');
    await rest.git.createRef({ ...SHOP, ref: 'refs/heads/develop', sha: tip });
    await rest.git.deleteRef({ ...SHOP, ref: 'heads/dev' });
    await team.rule(rules('develop'));
    await world.settled();
    expect([await world.history('dev'), await applied('dev'), await team.holds()]).toEqual([
      history,
      before,
      [],
    ]);
    await team.land({ branch: 'eight', base: 'develop', files: step(8) });
    expect(await world.history('dev')).toEqual([...history, ranAs(8)]);
    await rest.git.createRef({ ...SHOP, ref: 'refs/heads/dev', sha: await team.head('develop') });
    await team.rule(rules('dev'));
    await world.settled();
  });

  it('leaves each database equal to its branch after all of that', () => expectAgreement(world));
});

async function alertBodies(world: World): Promise<readonly string[]> {
  const asked = { ...SHOP, state: 'open' as const, creator: 'tidegate[bot]' };
  const { data } = await world.as('ada').rest.issues.listForRepo(asked);
  return data.filter((issue) => issue.pull_request === undefined).map(({ body }) => body ?? '');
}

/** Makes a branch of one commit that holds all of another but those paths. */
async function squashInto(
  world: World,
  branch: string,
  from: string,
  without: readonly string[],
): Promise<void> {
  const { rest } = world.as('ada');
  const gone = without.map((path) => ({ path, mode: '100644' as const, type: 'blob' as const, sha: null }));
  const { data: commit } = await rest.git.getCommit({ ...SHOP, commit_sha: from });
  const { data: tree } = await rest.git.createTree({ ...SHOP, base_tree: commit.tree.sha, tree: gone });
  const { data: made } = await rest.git.createCommit({
    ...SHOP,
    message: 'Anew',
    tree: tree.sha,
    parents: [],
  });
  await rest.git.createRef({ ...SHOP, ref: `refs/heads/${branch}`, sha: made.sha });
}
