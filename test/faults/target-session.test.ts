import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import { startTransactionPooler } from '../support/transaction-pooler.ts';
import {
  dev,
  openTarget,
  origin,
  outside,
  pace,
  script,
  settings,
  stepOf,
  tableStep,
} from '../support/target-fixture.ts';

const once = { ...pace, attempts: 1 };

describe('fault 42: the target is behind a transaction pooler', () => {
  it('is refused, and says what to give instead', async () => {
    await using target = await openTarget();
    const pooler = await startTransactionPooler(target.url);
    const behind = target.worker({ url: pooler.url });
    const outcome = behind.withLock(dev, settings, () => Promise.resolve());
    await expect(outcome).rejects.toThrow(/there is a transaction pooler in between.*session mode/s);
    await expect(outcome).rejects.toMatchObject({ name: 'TargetUnavailable' });
    await expect(behind.read(dev, settings)).rejects.toThrow(/there is a transaction pooler in between/);
    await pooler.close();
    expect(await target.rows(`SELECT to_regnamespace('tidegate') AS made`)).toEqual([{ made: null }]);
  });
});

describe('fault 48: a hostile search_path', () => {
  it('reaches neither the bookkeeping nor the migrations', async () => {
    await using target = await openTarget();
    await target.client.query(`
      CREATE SCHEMA evil;
      CREATE TABLE evil.pgmigrations (id serial, name text, run_on timestamp);
      CREATE TABLE evil.fence (token bigint); INSERT INTO evil.fence VALUES (99);
      CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '1999-01-01' $$;
      CREATE FUNCTION evil.same(a text, b text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
      CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO evil, pg_catalog', current_database()); END $$;
    `);
    const setsIt = stepOf('2_path', script('SET search_path TO evil, pg_catalog', 'CREATE TABLE mine ()'));
    const steps = [tableStep('1'), setsIt, tableStep('3')];
    const outcome = await target.locked((locked) => applySteps(locked, steps, origin, pace));
    expect(outcome.status).toBe('done');
    expect(await target.historyNames()).toEqual(['1_table', '2_path', '3_table']);
    expect(await target.rows('SELECT name FROM evil.pgmigrations')).toEqual([]);
    expect(
      await target.rows(
        `SELECT relname AS table, relnamespace::regnamespace::text AS schema FROM pg_class
          WHERE relname IN ('t3', 'mine') ORDER BY relname DESC`,
      ),
    ).toEqual([
      { table: 't3', schema: 'public' },
      { table: 'mine', schema: 'evil' },
    ]);
    const years = await target.rows(
      'SELECT DISTINCT extract(year FROM run_on)::int > 2000 AS now FROM public.pgmigrations',
    );
    expect(years).toEqual([{ now: true }]);
    expect((await target.targets.read(dev, settings)).ledger).toHaveLength(3);
  });
});

describe('fault 51: timeouts set on the database or the role', () => {
  it('end neither a migration, nor the lock that idles meanwhile', async () => {
    await using target = await openTarget();
    const { versionNumber } = await target.targets.read(dev, settings);
    const timeouts = [
      'idle_in_transaction_session_timeout',
      'idle_session_timeout',
      'statement_timeout',
      'lock_timeout',
      ...(versionNumber >= 170_000 ? ['transaction_timeout'] : []),
    ];
    for (const timeout of timeouts) {
      await target.client.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ${timeout} TO ''200ms''', current_database()); END $$`,
      );
    }
    const steps = [
      stepOf('1_slow', script('SELECT pg_sleep(0.3)', 'SELECT pg_sleep(0.3)')),
      stepOf('2_outside', outside('SELECT pg_sleep(0.3)', 'CREATE TABLE made ()')),
    ];
    const outcome = await target.locked((locked) => applySteps(locked, steps, origin, once));
    expect(outcome.status).toBe('done');
  });
});

describe('fault 64: what a migration does to its session', () => {
  it('pg_advisory_unlock_all() does not let another worker in', async () => {
    await using target = await openTarget();
    const impatient = target.worker({ limits: { lockWait: 50 } });
    await target.locked(async (locked) => {
      const outcome = await locked.run(stepOf('1_unlock', script('SELECT pg_advisory_unlock_all()')), origin);
      expect(outcome.status).toBe('done');
      await expect(impatient.withLock(dev, settings, () => Promise.resolve())).rejects.toThrow(
        /Another migration is running/,
      );
    });
  });

  it('the role that a login is given by ALTER ROLE … SET role owns what each migration makes', async () => {
    await using target = await openTarget();
    const name = new URL(target.url).pathname.slice(1);
    const [login, owner] = [`login_${name}`, `owner_${name}`];
    await target.client.query(
      `CREATE ROLE ${owner}; CREATE ROLE ${login} LOGIN PASSWORD 'secret' IN ROLE ${owner};
       ALTER ROLE ${login} SET role = '${owner}';
       GRANT CREATE ON DATABASE ${name} TO ${owner}; GRANT ALL ON SCHEMA public TO ${owner}`,
    );
    const url = new URL(target.url);
    url.username = login;
    url.password = 'secret';
    const outcome = await target
      .worker({ url: url.href })
      .withLock(dev, settings, (locked) =>
        applySteps(
          locked,
          [tableStep('1'), stepOf('2_role', script('RESET ROLE')), tableStep('3')],
          origin,
          once,
        ),
      );
    expect(outcome).toMatchObject({ status: 'done' });
    expect(
      await target.rows(
        `SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname IN ('public', 'tidegate')`,
      ),
    ).toEqual([{ owner }]);
    await target.client.query(
      `DROP OWNED BY ${owner}; DROP OWNED BY ${login}; DROP ROLE ${login}; DROP ROLE ${owner}`,
    );
  });

  // Roles are not tried outside a transaction: the statements after them would need that role's rights as well.
  const cases = [
    { sets: 'SET search_path TO nowhere', outsideToo: true },
    { sets: `SET TimeZone TO 'Pacific/Kiritimati'`, outsideToo: true },
    { sets: 'SET ROLE pg_monitor', outsideToo: false },
    { sets: 'SET SESSION AUTHORIZATION pg_monitor', outsideToo: false },
    { sets: `SET statement_timeout TO '5s'`, outsideToo: true },
    { sets: 'SET default_transaction_read_only TO on', outsideToo: true },
    { sets: `SET default_transaction_isolation TO 'serializable'`, outsideToo: true },
    { sets: 'SET standard_conforming_strings TO off', outsideToo: true },
    { sets: 'CREATE TEMPORARY TABLE pgmigrations (id int, name text, run_on timestamp)', outsideToo: true },
  ];
  for (const { sets, outsideToo } of cases) {
    it(`${sets}: reaches neither the bookkeeping nor the next migration`, async () => {
      await using target = await openTarget();
      await target.client.query('CREATE TABLE seen (setting text, value text)');
      const look = `INSERT INTO public.seen
        SELECT name, current_setting(name) FROM unnest(ARRAY['search_path', 'TimeZone', 'role', 'statement_timeout',
          'default_transaction_read_only', 'default_transaction_isolation', 'standard_conforming_strings']) AS name`;
      const steps = [
        stepOf('1_before', script(look)),
        stepOf('2_sets', script(sets)),
        stepOf('3_between', script(look)),
        stepOf('4_sets_outside', outside(outsideToo ? sets : 'SELECT 1')),
        stepOf('5_after', script(look)),
      ];
      const outcome = await target.locked((locked) => applySteps(locked, steps, origin, once));
      expect(outcome.status).toBe('done');
      expect(
        await target.rows('SELECT setting FROM seen GROUP BY 1 HAVING count(DISTINCT value) > 1'),
      ).toEqual([]);
      expect(await target.historyNames()).toHaveLength(5);
      const [age] = await target.rows(
        'SELECT max(abs(extract(epoch FROM now()::timestamp - run_on)))::int AS seconds FROM public.pgmigrations',
      );
      expect(age?.['seconds']).toBeLessThan(60);
    });
  }
});
