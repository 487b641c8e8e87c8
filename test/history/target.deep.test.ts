import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement } from '../flows/agreement.ts';
import { startScene } from '../flows/scene.ts';
import { fileOf, ranAs, step, type Team } from '../flows/team.ts';
import { createDatabase, databaseUrl, withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 0 }
`;

/** What happens to a target, or to the history in it, past Tidegate: known for what it is, and left again. */
describe('a target', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'] }));
    await team.land({ branch: 'second', files: step(2) });
    await team.land({ branch: 'third', files: step(3) });
  });
  afterAll(() => world.close());
  afterEach(async () => {
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  });

  const sweep = async (): Promise<void> => {
    await world.service.sweep();
    await world.settled();
  };
  /** What the open alert says. */
  const alert = async (): Promise<string> => {
    const { data } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: await team.alert() });
    return data.body ?? '';
  };
  const say = async (login: string, command: string): Promise<string> =>
    team.told(await team.alert(), login, command);
  /** A pull request that has nothing to do with it is red meanwhile. */
  const isGateShut = async (branch: string): Promise<void> => {
    const number = await team.open({ branch, files: step(9) });
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('failure');
    await team.close(number);
  };

  it('whose history lost a row by hand is on hold, and goes on once the row is back', async () => {
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '${ranAs(3)}'`);
    await sweep();
    expect(await team.holds()).toEqual(['prod: history-lost']);
    const said = await alert();
    expect(said).toMatch(/`0003_step` \(.* UTC\)\. By Tidegate's ledger it ran, and its row is gone/);
    await isGateShut('not-now');
    const [, statement = ''] = /`(INSERT INTO [^`]*)`/.exec(said) ?? [];
    await world.query('prod', statement);
    await sweep();
    await expectAgreement(world);
  });

  it('that is not what its history says is told of above the preview of a rollback', async () => {
    const number = await team.open({ branch: 'only-asking', files: { 'app.txt': 'asking\n' } });
    const ask = async (): Promise<string> => {
      await sweep();
      return team.told(number, 'dan', `/rollback ${ranAs(2)} --accept-data-loss --dry-run`);
    };
    expect(await ask()).not.toMatch(/is not what its history says|whose row is gone/);
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '${ranAs(3)}'`);
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    const told = await ask();
    expect(told).toMatch(/The schema of `prod` is not what its history says: 2 objects differ/);
    expect(told).toMatch(/`0003\\?_step`.* ran there, and .*row is gone.* tried without/s);
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    const [, statement = ''] = /`(INSERT INTO [^`]*)`/.exec(await alert()) ?? [];
    await world.query('prod', statement);
    await team.close(number);
    await sweep();
  });

  it('whose history lost a row from the middle takes nothing on top, and says what to do', async () => {
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '${ranAs(2)}'`);
    await team.land({ branch: 'on-top', files: step(4) });
    expect(await team.holds()).toEqual(['prod: history-lost']);
    expect(await world.history('prod')).toEqual([1, 3].map(ranAs));
    const [, statement = ''] = /`(INSERT INTO [^`]*)`/.exec(await alert()) ?? [];
    await world.query('prod', statement);
    await sweep();
    await expectAgreement(world);
    expect(await world.history('prod')).toEqual([1, 2, 3, 4].map(ranAs));
  });

  it.each([
    { what: 'lost its table', harm: 'DROP TABLE pgmigrations' },
    { what: 'was emptied, and numbers anew', harm: 'TRUNCATE pgmigrations RESTART IDENTITY' },
  ])('whose history $what is known as that, and goes on once all of it is back', async ({ harm }) => {
    const before = await world.query('prod', 'SELECT id, name, run_on FROM pgmigrations ORDER BY id');
    await world.query('prod', harm);
    await sweep();
    expect(await team.holds()).toEqual(['prod: history-lost']);
    const said = await alert();
    expect(said).toMatch(/By Tidegate's ledger they ran, and their rows are gone/);
    expect(said).not.toMatch(/restored from a backup/);
    const [, statements = ''] = /put the rows back: `([^`]*)`/.exec(said) ?? [];
    // Whoever does it may live by another clock than the service's sessions.
    await withClient(world.targets.get('prod')?.url ?? '', async (client) => {
      await client.query("SET TimeZone TO 'Asia/Tokyo'");
      await client.query(statements);
    });
    await sweep();
    expect(await team.holds()).toEqual([]);
    expect(await world.query('prod', 'SELECT id, name, run_on FROM pgmigrations ORDER BY id')).toEqual(
      before,
    );
    const numbers = `SELECT nextval(pg_get_serial_sequence('pgmigrations', 'id')) > max(id) AS new FROM pgmigrations`;
    expect(await world.query('prod', numbers)).toEqual([{ new: true }]);
    await expectAgreement(world);
  });

  it('on which a migration was taken back by hand gets it again by /retry, as the same statements were approved', async () => {
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '${ranAs(4)}'`);
    await world.query('prod', 'DROP TABLE step_0004');
    await sweep();
    expect(await team.holds()).toEqual(['prod: history-lost']);
    expect(await say('rita', '/retry')).toMatch(/`rita` may not use/);
    expect(await world.history('prod')).not.toContain(ranAs(4));
    await say('dan', '/retry');
    await expectAgreement(world);
    expect(await world.history('prod')).toContain(ranAs(4));
  });

  it('on which a migration was taken back by hand may lose its file instead', async () => {
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '${ranAs(4)}'`);
    await world.query('prod', 'DROP TABLE step_0004');
    await sweep();
    const number = await team.land({ branch: 'no-fourth', files: { [fileOf(4)]: null } });
    expect(await team.check(number, 'gate')).toBe('success');
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('on which something ran from elsewhere is on hold, and goes on once the file is in the branch', async () => {
    await world.query('prod', `INSERT INTO pgmigrations (name, run_on) VALUES ('${ranAs(4)}', now())`);
    await world.query('prod', 'CREATE TABLE step_0004 (id int PRIMARY KEY)');
    await sweep();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    expect(await alert()).toMatch(/neither on the base branch[^]*0004\\?_step[^]*They ran from elsewhere/);
    await isGateShut('not-now-either');
    const number = await team.land({ branch: 'from-elsewhere', files: step(4) });
    expect(await team.check(number, 'gate')).toBe('success');
    expect(await world.history('prod')).toEqual([1, 2, 3, 4].map(ranAs));
  });

  it('whose history had a row renamed says both names, and goes on once it is put right', async () => {
    await world.query('prod', `UPDATE pgmigrations SET name = '0004_other' WHERE name = '${ranAs(4)}'`);
    await sweep();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    const said = await alert();
    expect(said).toContain('0004_other');
    expect(said).toContain('0004_step');
    await world.query('prod', `UPDATE pgmigrations SET name = '${ranAs(4)}' WHERE name = '0004_other'`);
    await sweep();
  });

  it.each([
    {
      what: 'names one twice',
      harm: `INSERT INTO pgmigrations (id, name, run_on) VALUES (99, '${ranAs(4)}', now())`,
      said: /once, and names these more often/,
      mend: 'DELETE FROM pgmigrations WHERE id = 99',
    },
    {
      what: 'is in another order',
      harm: `UPDATE pgmigrations SET run_on = run_on - interval '1 day' WHERE name = '${ranAs(4)}'`,
      said: /ran after[^]*though it sorts before it/,
      mend: `UPDATE pgmigrations SET run_on = run_on + interval '1 day' WHERE name = '${ranAs(4)}'`,
    },
  ])('whose history $what is on hold, and goes on once it is put right', async ({ harm, said, mend }) => {
    await world.query('prod', harm);
    await sweep();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    expect(await alert()).toMatch(said);
    await world.query('prod', mend);
    await sweep();
  });

  it('that was restored from yesterday’s backup is known as that, and gets again what the backup lacks', async () => {
    const home = nameOf(world, 'prod');
    await using backup = await createDatabase('backup', home);
    await team.land({ branch: 'since-then', files: step(5) });
    await team.land({ branch: 'and-since', files: step(6) });
    await restore(home, backup.name);
    await sweep();
    expect(await team.holds()).toEqual(['prod: history-lost']);
    expect(await alert()).toMatch(
      /`0005_step`, `0006_step` ran there[^]*restored from a backup of before 20\d\d-/,
    );
    // Each pull request's own approvals still are of what it brings.
    await say('dan', '/retry');
    expect(await world.history('prod')).toEqual([1, 2, 3, 4, 5, 6].map(ranAs));
  });

  it('that was cloned to another server gets nothing before somebody says that it is the environment’s', async () => {
    const home = world.targets.get('prod');
    await using clone = await createDatabase('clone', home?.name);
    world.pointTo('prod', clone.url);
    await sweep();
    expect(await team.holds()).toEqual(['prod: another-database']);
    expect(await alert()).toMatch(/another PostgreSQL cluster, or has another name/);
    await say('dan', '/retry');
    expect(await team.holds()).toEqual([]);
    await team.land({ branch: 'on-the-clone', files: step(7) });
    expect(await tablesOf(clone.url)).toContain('step_0007');
    world.pointTo('prod', home?.url ?? '');
    await sweep();
    expect(await team.holds()).toEqual(['prod: another-database']);
    await say('dan', '/retry');
    expect(await team.holds()).toEqual(['prod: history-lost']);
    await say('dan', '/retry');
    expect(await world.history('prod')).toContain(ranAs(7));
  });

  it('that was swapped before its first change under Tidegate is noticed', async () => {
    const home = world.targets.get('dev')?.url ?? '';
    await using other = await createDatabase('other');
    world.pointTo('dev', other.url);
    await team.land({ branch: 'first-on-dev', base: 'dev', files: step(2) });
    expect(await team.holds()).toEqual(['dev: another-database']);
    expect(await tablesOf(other.url)).toEqual([]);
    world.pointTo('dev', home);
    await say('wim', '/retry');
    expect(await world.history('dev')).toEqual([1, 2].map(ranAs));
  });

  it('that two environments have is one’s alone, also where somebody says /retry, until there are two', async () => {
    const home = world.targets.get('dev')?.url ?? '';
    world.pointTo('dev', world.targets.get('prod')?.url ?? '');
    const before = await world.history('prod');
    await team.land({ branch: 'for-dev', base: 'dev', files: step(3) });
    expect(await team.holds()).toEqual(['dev: another-database']);
    expect(await alert()).toMatch(/its address leads to the one of `prod`/);
    await say('wim', '/retry');
    expect(await team.holds()).toEqual(['dev: another-database']);
    expect(await world.history('prod')).toEqual(before);
    world.pointTo('dev', home);
    await say('wim', '/retry');
    expect(await world.history('dev')).toEqual([1, 2, 3].map(ranAs));
  });

  it('is equal to its branch after all of that', () => expectAgreement(world));
});

function nameOf(world: World, environment: string): string {
  return world.targets.get(environment)?.name ?? '';
}

/** Puts a copy in a database's place, under its name, as a restore does. */
async function restore(name: string, from: string): Promise<void> {
  await withClient(databaseUrl('postgres'), async (client) => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${from}`);
  });
}

async function tablesOf(url: string): Promise<readonly string[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ name: string }>(
      `SELECT tablename::text AS name FROM pg_catalog.pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    ),
  );
  return rows.map(({ name }) => name);
}
