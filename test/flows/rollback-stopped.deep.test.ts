import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationLock } from '../../src/database/target/lock.ts';
import { controlRows } from '../support/control-rows.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { createDatabase, withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    protected: true
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

describe('a rollback that had begun and does not go on', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, longestPauseMs: 5 }));
    number = await team.land({ branch: 'two', files: step(2) });
    await team.land({ branch: 'three', files: step(3) });
  });
  afterAll(() => world.close());

  const home = (): string => world.targets.get('prod')?.url ?? '';
  const sweep = async (): Promise<void> => {
    await world.service.sweep();
    await world.settled();
  };
  const lastStatus = async (): Promise<string | undefined> => {
    const sql = 'SELECT status FROM tidegate.rollback ORDER BY id DESC LIMIT 1';
    return (await controlRows<{ status: string }>(world.control, sql))[0]?.status;
  };
  const heldFor = async (): Promise<string | undefined> => {
    const sql = `SELECT document->>'message' AS message FROM tidegate.hold`;
    return (await controlRows<{ message: string }>(world.control, sql))[0]?.message;
  };
  /** Has it confirmed, and does something as soon as it waits for its turn at the database. */
  const atItsTurn = (act: (query: (sql: string) => Promise<unknown>) => Promise<unknown>): Promise<void> =>
    world.withoutPauses(() =>
      withClient(home(), async (client) => {
        await client.query(`SELECT pg_advisory_lock(${migrationLock})`);
        await team.comment(number, 'dora', '/confirm');
        const waiting = `SELECT FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND datname = current_database() AND query LIKE '%pg_try_advisory_lock%'`;
        await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 30_000 }).toBe(1);
        await act((sql) => client.query(sql));
      }),
    );

  it('has failed where it is refused at its turn, and holds nothing where nothing was taken back', async () => {
    await team.told(number, 'dan', '/rollback --last 2 --accept-data-loss');
    const before = (await team.answers(number)).length;
    const elsewhere = `INSERT INTO pgmigrations (name, run_on) VALUES ('0099_elsewhere', now())`;
    await atItsTurn((query) => query(elsewhere));
    expect((await team.answers(number)).slice(before).join('\n')).toMatch(
      /did not come to its end.*0099_elsewhere.*Nothing of it was taken back/s,
    );
    expect(await lastStatus()).toBe('failed');
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '0099_elsewhere'`);
    await sweep();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('has failed where the database is away from its turn on, and is looked at once it answers', async () => {
    await team.told(number, 'dan', '/rollback --last 2 --accept-data-loss');
    const proxy = await startCuttingProxy(home());
    world.pointTo('prod', proxy.url);
    const before = (await team.answers(number)).length;
    await atItsTurn(() => proxy.close());
    expect((await team.answers(number)).slice(before).join('\n')).toMatch(
      /did not come to its end: The database of environment prod cannot be reached.*How far it came is not known/s,
    );
    expect(await lastStatus()).toBe('failed');
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await team.told(number, 'wim', '/status')).toMatch(
      /did not come to its end: The database of environment prod cannot be reached/,
    );
    world.pointTo('prod', home());
    await sweep();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('says everywhere how far it came, and another takes back what is left', async () => {
    await world.query('prod', 'CREATE VIEW by_hand AS SELECT id FROM step_0002');
    await team.told(number, 'dan', '/rollback --last 2 --accept-data-loss');
    const stopped = /`0003_step` was taken back, and `0002_step` still stands/;
    expect(await team.told(number, 'dora', '/confirm')).toMatch(stopped);
    expect(await heldFor()).toMatch(stopped);
    expect(await team.told(number, 'wim', '/status')).toMatch(stopped);
    expect(await lastStatus()).toBe('failed');
    // As where the process ends before that is noted, and then something stands in the way.
    await controlRows(
      world.control,
      `UPDATE tidegate.rollback SET status = 'running'
      WHERE id = (SELECT max(id) FROM tidegate.rollback)`,
    );
    await world.query('prod', `INSERT INTO pgmigrations (name, run_on) VALUES ('0099_elsewhere', now())`);
    expect(await team.told(number, 'dora', '/confirm')).toMatch(stopped);
    expect(await lastStatus()).toBe('failed');
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    const failed = `SELECT detail FROM tidegate.audit WHERE action = 'rollback-failed' AND migration IS NULL
      ORDER BY id DESC LIMIT 1`;
    expect(await controlRows(world.control, failed)).toMatchObject([{ detail: { left: [ranAs(2)] } }]);
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '0099_elsewhere'`);
    await world.query('prod', 'DROP VIEW by_hand');
    await team.told(number, 'dan', `/rollback ${ranAs(2)} --accept-data-loss`);
    await team.told(number, 'dora', '/confirm');
    expect(await lastStatus()).toBe('done');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
  });

  it('is ended by the one revert of what both took back, which says so', async () => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    expect(data).toHaveLength(1);
    const [revert] = data;
    expect(revert?.body).toMatch(
      new RegExp(
        `- \`0002_step\`.*rolled back there before.*- \`0003_step\` \\(asked for on #${number}\\)`,
        's',
      ),
    );
    expect((await team.answers(number)).at(-1)).toMatch(/It takes out as well.*`0003_step`/s);
    // Once the branch moves on it is the same.
    await team.push('main', { 'NOTES.md': 'Words.\n' });
    await sweep();
    expect(await team.check(revert?.number ?? 0, 'gate')).toBe('success');
    await team.merge(revert?.number ?? 0);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await expectAgreement(world);
  });
});

describe('a rollback that had begun where another database answers since', () => {
  it('says nothing of how far it came by what that one has', async () => {
    const { world, team } = await startScene({ repositoryFile });
    const number = await team.land({ branch: 'two', files: step(2) });
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    // As where the process ends when it has begun.
    await controlRows(world.control, `UPDATE tidegate.rollback SET status = 'running'`);
    await using other = await createDatabase('other');
    const home = world.targets.get('prod')?.url ?? '';
    world.pointTo('prod', other.url);
    const before = (await team.answers(number)).length;
    await team.told(number, 'dora', '/confirm');
    const said = (await team.answers(number)).slice(before).join('\n');
    expect(said).toMatch(/did not come to its end.*How far it came is not known, since another database/s);
    expect(said).not.toMatch(/`0002_step` was taken back/);
    const failed = `SELECT detail FROM tidegate.audit WHERE action = 'rollback-failed' AND migration IS NULL`;
    expect(await controlRows(world.control, failed)).toMatchObject([{ detail: { left: null } }]);
    expect(await team.holds()).toEqual(['prod: another-database']);
    world.pointTo('prod', home);
    await team.told(await team.alert(), 'dan', '/retry');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    await expectAgreement(world);
    await world.close();
  });
});

describe('a rollback of what ran before Tidegate', () => {
  it('fails as any other, though no commit is known that brought it', async () => {
    const { world, team } = await startScene({ repositoryFile });
    const number = await team.land({ branch: 'two', files: step(2) });
    await world.query('prod', 'CREATE VIEW by_hand AS SELECT id FROM step_0001');
    await team.told(number, 'dan', `/rollback ${ranAs(1)} --accept-data-loss`);
    expect(await team.told(number, 'dora', '/confirm')).toMatch(
      /cannot drop table step\\?_0001[^]*Nothing of it was taken back\.[^]*is gone, comment `\/rollback` again/,
    );
    expect(await team.holds()).toEqual(['prod: drift']);
    await world.query('prod', 'DROP VIEW by_hand');
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual([]);
    await expectAgreement(world);
    await world.close();
  });
});
