import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readFile, writeFile } from 'node:fs/promises';
import { startScene } from '../flows/scene.ts';
import { fileOf, ranAs, rulesPath, step, textOf, type Team } from '../flows/team.ts';
import { createDatabase, withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';

const rules = (prod: string, more = ''): string => `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod:
    branch: ${prod}
    approvals: { required: 1, from: ['@acme/dba'] }
${more}`;

const alertOf = async (world: World, team: Team): Promise<string> => {
  const { data } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: await team.alert() });
  return data.body ?? '';
};

describe('a branch', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules('main'), environments: ['dev', 'prod'] }));
    await team.land({ branch: 'second', files: step(2) });
    await team.land({ branch: 'second-of-dev', base: 'dev', files: step(2) });
  });
  afterAll(() => world.close());
  afterEach(async () => {
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
    expect(world.violations()).toEqual([]);
  });

  it('that is deleted is known as that, and goes on once it is made anew where the alert says', async () => {
    await world.as('ada').rest.git.deleteRef({ ...SHOP, ref: 'heads/dev' });
    await world.settled();
    expect(await team.holds()).toEqual(['dev: removed']);
    expect(await team.alerts()).toEqual(['dev is on hold: its branch is gone']);
    const [, sha = ''] =
      /git push origin ([0-9a-f]{40}):refs\/heads\/dev/.exec(await alertOf(world, team)) ?? [];
    await world.as('ada').rest.git.createRef({ ...SHOP, ref: 'refs/heads/dev', sha });
    await world.settled();
    expect(await team.holds()).toEqual([]);
    await team.land({ branch: 'third-of-dev', base: 'dev', files: step(3) });
    expect(await world.history('dev')).toEqual([1, 2, 3].map(ranAs));
  });

  it('on which the number of an applied migration is used again is on hold until one of the two is gone', async () => {
    const again = { 'migrations/0002_other.sql': textOf('other') };
    const number = await team.open({ branch: 'again', files: again });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    expect(await team.said(number, 'plan')).toMatch(/have the same number in front/);
    await team.approve(number);
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    expect(await alertOf(world, team)).toMatch(
      /have the same number in front[^]*Give one of them a number of its own/,
    );
    const mended = { 'migrations/0002_other.sql': null, 'migrations/0003_other.sql': textOf('other') };
    await team.land({ branch: 'of-its-own', files: mended });
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2), '0003_other']);
  });

  it('that is edited and renamed after it ran: the alert names the command, and it ends the hold', async () => {
    await team.push('main', { [fileOf(2)]: textOf('edited') });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    const [, from = ''] =
      /git checkout ([0-9a-f]{40}) -- migrations\/0002\\?_step\.sql/.exec(await alertOf(world, team)) ?? [];
    const { data } = await world.as('ada').rest.repos.getContent({ ...SHOP, path: fileOf(2), ref: from });
    const content = 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : '';
    await team.land({ branch: 'restored', files: { [fileOf(2)]: content } });
    expect(await team.holds()).toEqual([]);
    await team.push('main', { [fileOf(2)]: null, 'migrations/0004_step.sql': content });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    expect(await alertOf(world, team)).toMatch(
      /git mv migrations\/0004\\?_step\.sql migrations\/0002\\?_step\.sql/,
    );
    await team.land({
      branch: 'its-name',
      files: { [fileOf(2)]: content, 'migrations/0004_step.sql': null },
    });
  });

  it('that is the default one and is renamed holds its environment until the rules name it', async () => {
    const { rest } = world.as('ada');
    const history = await world.history('prod');
    await rest.git.createRef({ ...SHOP, ref: 'refs/heads/trunk', sha: await team.head('main') });
    await rest.repos.update({ ...SHOP, default_branch: 'trunk' });
    await rest.git.deleteRef({ ...SHOP, ref: 'heads/main' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: removed']);
    expect(await alertOf(world, team)).toMatch(
      /name the new branch for `prod` in `\.github\/tidegate\.yml` on `trunk`/,
    );
    await team.land({ branch: 'renamed', base: 'trunk', files: { [rulesPath]: rules('trunk') } });
    expect(await team.holds()).toEqual([]);
    await team.land({ branch: 'on-trunk', base: 'trunk', files: step(4) });
    expect(await world.history('prod')).toEqual([...history, ranAs(4)]);
  });

  it('gets an environment with the configuration, whose database has run the same before', async () => {
    const [tip, history] = [await team.head('trunk'), await world.history('prod')];
    await world.as('ada').rest.git.createRef({ ...SHOP, ref: 'refs/heads/qa', sha: tip });
    const more = '  qa: { branch: qa, protected: false }\n';
    await team.land({ branch: 'with-qa', base: 'trunk', files: { [rulesPath]: rules('trunk', more) } });
    const without = await team.open({ branch: 'into-qa', base: 'qa', files: step(5) });
    await world.settled();
    expect(await team.said(without, 'plan', 'qa')).toMatch(/the server's configuration names none for it/);
    // The server's file is read at its start; the database is a copy of production's.
    await addDatabase(world, 'qa', 'prod');
    await world.restart();
    await world.settled();
    expect(await team.holds()).toEqual(['qa: another-database']);
    await using own = await createDatabase('qa', world.targets.get('prod')?.name);
    world.pointTo('qa', own.url);
    await team.told(await team.alert(), 'wim', '/retry');
    expect(await team.holds()).toEqual([]);
    await team.merge(without);
    await world.settled();
    expect(await historyOf(own.url)).toEqual([...history, ranAs(5)]);
    await withClient(own.url, (client) =>
      client.query(`DELETE FROM pgmigrations WHERE name = '${ranAs(5)}'`),
    );
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual(['qa: history-lost']);
    // Out of the configuration again, its hold goes with it.
    await team.land({ branch: 'without-qa', base: 'trunk', files: { [rulesPath]: rules('trunk') } });
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual(history);
  });
});

describe('a repository', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules('main'), environments: ['dev', 'prod'] }));
  });
  afterAll(() => world.close());

  it('fault 35: that is renamed keeps its databases, also after a restart', async () => {
    await world.as('ada').rest.repos.update({ ...SHOP, name: 'store' });
    await world.settled();
    await world.restart();
    await world.settled();
    await world.as('ada').rest.repos.update({ owner: 'acme', repo: 'store', name: 'shop' });
    await world.settled();
    await world.restart();
    await team.land({ branch: 'renamed-twice', files: step(2) });
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('fault 35: that is transferred has no database until the server’s file names it where it is', async () => {
    world.github.createOrganisation('umbrella', ['ada']);
    world.github.transferRepository(world.repository, 'umbrella');
    const app = [...world.github.store.apps.values()].find(({ id }) => id === world.appId);
    if (app === undefined) throw new Error('the App is not there');
    world.github.installApp(app, world.repository);
    await world.settled();
    const where = { owner: 'umbrella', repo: SHOP.repo };
    await world.github.commitFiles(world.repository, {
      branch: 'elsewhere',
      files: step(3),
      message: 'Add one',
      author: { login: 'wim' },
      from: 'dev',
    });
    const { rest } = world.as('wim');
    const { data: pull } = await rest.pulls.create({
      ...where,
      head: 'elsewhere',
      base: 'dev',
      title: 'One',
    });
    await world.settled();
    const { data } = await rest.checks.listForRef({
      ...where,
      ref: pull.head.sha,
      check_name: 'tidegate / plan (dev)',
    });
    expect(data.check_runs[0]?.conclusion).toBe('failure');
    expect(data.check_runs[0]?.output.summary).toMatch(/was transferred has to be named anew/);
    await rest.pulls.merge({ ...where, pull_number: pull.number });
    await world.settled();
    expect(await world.history('dev')).not.toContain(ranAs(3));
    await rename(world, 'acme/shop', 'umbrella/shop');
    await world.restart();
    await world.settled();
    expect(await world.history('dev')).toContain(ranAs(3));
    expect(await team.holds()).toEqual([]);
  });
});

/** Names a database for an environment in the server's file, at the address of another's. */
async function addDatabase(world: World, environment: string, like: string): Promise<void> {
  const path = world.variables['TIDEGATE_CONFIG'] ?? '';
  const file = JSON.parse(await readFile(path, 'utf8')) as { databases: object[] };
  file.databases.push({ repository: 'acme/shop', environment, url: `env:URL_${environment.toUpperCase()}` });
  world.pointTo(environment, world.targets.get(like)?.url ?? '');
  await writeFile(path, JSON.stringify(file));
}

async function rename(world: World, from: string, to: string): Promise<void> {
  const path = world.variables['TIDEGATE_CONFIG'] ?? '';
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll(from, to));
}

async function historyOf(url: string): Promise<readonly string[]> {
  const sql = 'SELECT name FROM pgmigrations ORDER BY run_on, id';
  return withClient(url, async (client) =>
    (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name),
  );
}
