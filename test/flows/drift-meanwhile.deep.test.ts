import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationLock } from '../../src/database/target/lock.ts';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { movesAtEachLock } from './moving.ts';
import { oneOfDba, startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

describe('a database that is changed by hand at an unlucky moment', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene());
    await team.land({ branch: 'two', files: step(2) });
  });
  afterAll(() => world.close());

  const sweep = async () => {
    await world.service.sweep();
    await world.settled();
  };
  const approved = async (work: Parameters<Team['open']>[0]): Promise<number> => {
    const number = await team.open(work);
    await world.settled();
    await team.approve(number);
    await world.settled();
    return number;
  };
  const endedHolds = async () => {
    const { rows } = await withClient(world.control.url, (client) =>
      client.query(`SELECT FROM tidegate.audit WHERE action = 'released'`),
    );
    return rows.length;
  };

  it('is compared again where that is between the comparison and the lock', async () => {
    const number = await approved({ branch: 'three', files: step(3) });
    await sweep();
    await world.withoutPauses(() =>
      withClient(world.targets.get('prod')?.url ?? '', async (client) => {
        await client.query(`SELECT pg_advisory_lock(${migrationLock})`);
        await team.merge(number);
        const waiting = `SELECT FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND datname = current_database() AND query LIKE '%pg_try_advisory_lock%'`;
        await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 30_000 }).toBe(1);
        await client.query('ALTER TABLE step_0001 ADD COLUMN note text');
      }),
    );
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await sweep();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('is on hold, and says what changes, where that is between every comparison and the lock', async () => {
    const number = await approved({ branch: 'four', files: step(4) });
    await movesAtEachLock(world);
    await world.withoutPauses(() => team.merge(number));
    expect(await team.holds()).toEqual(['prod: target-moved']);
    expect(await world.history('prod')).not.toContain(ranAs(4));
    const alert = await team.alert();
    const { data: told } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: alert });
    expect(told.body).toMatch(
      /The schema of prod was expected to stay .*sequences `public\.step_0001` changed last\. Nothing was run\./,
    );
    expect(told.body).toContain('Find what changes it, and have that pause');
    const other = await approved({ branch: 'other', files: step(5) });
    expect(await team.check(other, 'gate')).toBe('failure');
    await team.close(other);

    // Each look tries again, and neither ends the hold nor tells of it once more.
    const ended = await endedHolds();
    await world.withoutPauses(() => world.service.sweep());
    await world.withoutPauses(() => team.comment(number, 'dan', '/retry'));
    expect([await team.holds(), await endedHolds()]).toEqual([['prod: target-moved'], ended]);
    expect(await team.alert()).toBe(alert);

    await world.query('prod', 'DROP FUNCTION tidegate.move() CASCADE');
    await sweep();
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(4));
    expect((await team.answers(number))[0]).toContain('Applied to `prod`');
  });

  it('stops nothing by that where drift is only warned of', async () => {
    await team.rule(`${oneOfDba}    drift: { policy: warn }\n`);
    await world.settled();
    const number = await approved({ branch: 'five', files: step(5) });
    await movesAtEachLock(world);
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(5));
    await world.query('prod', 'DROP FUNCTION tidegate.move() CASCADE');
    await team.rule(oneOfDba);
    await world.settled();
  });

  it('stays on hold for a migration that is not there, says what ends that, and is not let go in between', async () => {
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    const path = 'migrations/0006_adopt.sql';
    const text = '-- Up Migration\n-- tidegate:adopts prod\nALTER TABLE step_0001 ADD COLUMN note text;\n';
    const number = await approved({ branch: 'adopt', files: { [path]: text } });
    expect(await team.check(number, 'plan')).toBe('success');
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await team.merge(number);
    await world.settled();
    const ended = await endedHolds();
    for (const look of ['first', 'second']) {
      await sweep();
      expect([look, await team.holds(), await endedHolds()]).toEqual([look, ['prod: drift'], ended]);
    }
    const { data: alert } = await world
      .as('ada')
      .rest.issues.get({ ...SHOP, issue_number: await team.alert() });
    expect(alert.body).toMatch(/If `0006_adopt` is right: make the database so/);
    expect(await team.told(alert.number, 'dan', '/release')).toMatch(/`?prod`? stays on hold/);
    const undo = await approved({ branch: 'undo', files: { [path]: null } });
    expect(await team.check(undo, 'gate')).toBe('success');
    await team.merge(undo);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2, 3, 4, 5].map(ranAs));
  });

  it('can have such a migration run as any other instead', async () => {
    const path = 'migrations/0007_adopt.sql';
    const up = 'ALTER TABLE step_0001 ADD COLUMN note text;\n';
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    const files = { [path]: `-- Up Migration\n-- tidegate:adopts prod\n${up}` };
    const number = await approved({ branch: 'again', files });
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: drift']);
    const other = await approved({ branch: 'run', files: { [path]: `-- Up Migration\n${up}` } });
    expect(await team.check(other, 'gate')).toBe('success');
    await team.merge(other);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain('0007_adopt');
    expect(await world.query('prod', 'SELECT note FROM step_0001')).toEqual([]);
  });

  it('keeps hold and issue while nobody can compare it, since that says nothing', async () => {
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    await sweep();
    const issues = async () => {
      const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
      return data.filter((issue) => issue.pull_request === undefined).map(({ number }) => number);
    };
    const [issue = 0] = await issues();
    await team.rule(`${oneOfDba}    baseline: target\n`);
    await world.settled();
    await sweep();
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await issues()).toEqual([issue]);
    expect(await team.told(issue, 'dan', '/drift')).toMatch(/`prod` was not compared with its history/);
    await team.rule(oneOfDba);
    await world.settled();
    await world.query('prod', 'DROP TABLE by_hand');
    await sweep();
    expect(await team.holds()).toEqual([]);
    expect(await issues()).toEqual([]);
  });
});
