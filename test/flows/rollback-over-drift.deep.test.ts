import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationLock } from '../../src/database/target/lock.ts';
import { createDatabase, withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { movesAtEachLock } from './moving.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const rules = (more = '', confirmations = 1) => `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: ${confirmations}, from: ['@acme/dba'] }
${more}`;

const asking = '/rollback --accept-data-loss';

describe('a rollback of a database that was changed by hand', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules() }));
  });
  afterAll(() => world.close());

  const sweep = async () => {
    await world.service.sweep();
    await world.settled();
  };
  const reverted = async () => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    for (const { number } of data) await team.merge(number);
    await world.settled();
    await sweep();
    expect(await team.holds()).toEqual([]);
    await expectAgreement(world);
  };
  /** Comments, and does something in between the look that comes of it and the lock. */
  const beforeTheLock = (number: number, login: string, body: string, act: () => Promise<unknown>) =>
    world.withoutPauses(() =>
      withClient(world.targets.get('prod')?.url ?? '', async (client) => {
        await client.query(`SELECT pg_advisory_lock(${migrationLock})`);
        await team.comment(number, login, body);
        const waiting = `SELECT FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND datname = current_database() AND query LIKE '%pg_try_advisory_lock%'`;
        await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 30_000 }).toBe(1);
        await act();
      }),
    );

  it('is stopped by what was changed since the preview, and is let past it by who confirms a preview that says so', async () => {
    const number = await team.land({ branch: 'two', files: step(2) });
    expect(await team.told(number, 'dan', asking)).not.toMatch(/not what its history says/);
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    const told = await team.told(number, 'dora', '/confirm');
    expect(told).toMatch(/is not what its history says: table public\.step\\?_0001 differs/);
    expect(told).toMatch(
      /nothing was taken back[^]*\/drift adopt prod[^]*\/drift revert prod[^]*`\/rollback` again/,
    );
    expect(await world.history('prod')).toContain(ranAs(2));
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/Nothing waits for a confirmation/);
    expect(await team.told(number, 'dan', asking)).toMatch(/It runs over this: table public\.step\\?_0001/);
    // What was shown is that drift alone.
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/by\\?_hand[^]*nothing was taken back/);
    expect(await team.told(number, 'dan', asking)).toMatch(/It runs over this: .*table public\.by\\?_hand/);
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note; DROP TABLE by_hand');
    await reverted();
  });

  it('is stopped by what was changed between the last look and the lock', async () => {
    const number = await team.land({ branch: 'two-again', files: step(2) });
    await team.told(number, 'dan', asking);
    const before = (await team.answers(number)).length;
    await beforeTheLock(number, 'dora', '/confirm', () =>
      world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text'),
    );
    expect((await team.answers(number)).slice(before).join('\n')).toMatch(
      /table public\.step\\?_0001 differs[^]*nothing was taken back/,
    );
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    expect(await team.holds()).toEqual(['prod: drift']);
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await sweep();
    await team.told(number, 'dan', asking);
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await reverted();
  });

  it('is stopped, and leaves no hold, where the database changes between every look and the lock', async () => {
    const number = await team.land({ branch: 'three', files: step(3) });
    await team.told(number, 'dan', asking);
    await movesAtEachLock(world);
    const before = (await team.answers(number)).length;
    await world.withoutPauses(() => team.comment(number, 'dora', '/confirm'));
    expect((await team.answers(number)).slice(before).join('\n')).toMatch(
      /changed last\. Nothing was run\.[^]*have that pause; then comment `\/rollback` again/,
    );
    expect(await world.history('prod')).toContain(ranAs(3));
    expect(await team.holds()).toEqual([]);
    await world.query('prod', 'DROP FUNCTION tidegate.move() CASCADE');
    await team.told(number, 'dan', asking);
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await reverted();
  });

  it('goes on and says so where drift is only warned of', async () => {
    await team.rule(rules('    drift: { policy: warn }\n'));
    const number = await team.land({ branch: 'four', files: step(4) });
    await team.told(number, 'dan', asking);
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    expect(await team.told(number, 'dora', '/confirm')).toMatch(
      /is taken back on `prod` over drift[^]*table public\.step\\?_0001[^]*only warned of/,
    );
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await reverted();
  });

  it('gets nothing where another database with the same history answers by the time of the lock', async () => {
    const number = await team.land({ branch: 'five', files: step(5) });
    await team.told(number, 'dan', asking);
    const home = world.targets.get('prod');
    await using copy = await createDatabase('copy', home?.name);
    await beforeTheLock(number, 'dora', '/confirm', () => {
      world.pointTo('prod', copy.url);
      return Promise.resolve();
    });
    const tables = await withClient(copy.url, (client) =>
      client.query(`SELECT FROM pg_class WHERE relname = 'step_0005'`),
    );
    expect(tables.rowCount).toBe(1);
    expect((await team.answers(number)).at(-1)).toMatch(/is not the one that Tidegate has known/);
    expect(await team.holds()).toEqual(['prod: another-database']);
    world.pointTo('prod', home?.url ?? '');
    await team.told(number, 'dan', '/retry');
    expect(await team.holds()).toEqual([]);
    await team.told(number, 'dan', asking);
    await team.told(number, 'dora', '/confirm');
    await team.rule(rules());
    await reverted();
  });

  it('is brought to its end once a part of it is done, and says what it runs over', async () => {
    const number = await team.land({ branch: 'seven', files: { ...step(7), ...step(8) } });
    await team.told(number, 'dan', asking);
    // As if the process had ended between the two.
    await withClient(world.control.url, (client) =>
      client.query(`UPDATE tidegate.rollback SET status = 'running' WHERE status = 'awaiting-confirmation'`),
    );
    await world.query('prod', 'DROP TABLE step_0008');
    await world.query('prod', `DELETE FROM pgmigrations WHERE name = '${ranAs(8)}'`);
    await world.query('prod', 'CREATE TABLE left_over (id int)');
    expect(await team.told(number, 'dora', '/confirm')).toMatch(
      /is taken back on `prod` over drift[^]*table public\.left\\?_over\. It has been begun/,
    );
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await world.query('prod', 'DROP TABLE left_over');
    await reverted();
  });

  it('is stopped once, where nobody has to confirm it, by what nobody had been told of', async () => {
    await team.rule(rules('', 0));
    const number = await team.land({ branch: 'six', files: step(6) });
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    expect(await team.told(number, 'dan', asking)).toMatch(
      /table public\.by\\?_hand differs[^]*nothing was taken back/,
    );
    expect(await world.history('prod')).toContain(ranAs(6));
    await team.told(number, 'dan', asking);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await world.query('prod', 'DROP TABLE by_hand');
    await reverted();
  });
});
