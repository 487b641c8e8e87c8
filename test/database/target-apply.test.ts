import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
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
  textWith,
} from '../support/target-fixture.ts';

describe('applying to a target', () => {
  it('reads a database that nothing has touched as empty', async () => {
    await using target = await openTarget();
    const state = await target.targets.read(dev, settings);
    expect(state).toMatchObject({ history: [], ledger: [] });
    expect(state.versionNumber).toBeGreaterThan(140_000);
    expect(state.identity).toMatch(/^\d+\/\w+$/);
  });

  it('writes history and ledger beside what it ran', async () => {
    await using target = await openTarget();
    const outcome = await target.locked((locked) =>
      applySteps(locked, [tableStep('1'), tableStep('2')], origin, pace),
    );
    expect(outcome.status).toBe('done');
    const state = await target.targets.read(dev, settings);
    expect(state.history.map(({ name }) => name)).toEqual(['1_table', '2_table']);
    expect(state.ledger).toMatchObject([
      {
        name: '1_table',
        checksum: 'sum of 1_table',
        digest: 'd1',
        commit: 'c0ffee',
        pullRequest: 7,
        adopted: false,
        up: script('CREATE TABLE t1 (id int)'),
        down: script('DROP TABLE t1'),
      },
      { name: '2_table' },
    ]);
  });

  it('runs nothing twice', async () => {
    await using target = await openTarget();
    const once = (): Promise<string[]> =>
      target.locked(async (locked) => {
        const { steps } = await applySteps(locked, [tableStep('1')], origin, pace);
        return steps.map(({ status }) => status);
      });
    expect(await once()).toEqual(['done']);
    expect(await once()).toEqual(['already']);
  });

  it('takes a migration back, and knows it no longer', async () => {
    await using target = await openTarget();
    await target.locked((locked) => applySteps(locked, [tableStep('1'), tableStep('2')], origin, pace));
    await target.locked((locked) => applySteps(locked, [tableStep('2', 'down')], origin, pace));
    const state = await target.targets.read(dev, settings);
    expect(state.history.map(({ name }) => name)).toEqual(['1_table']);
    expect(state.ledger.map(({ name }) => name)).toEqual(['1_table']);
    expect(await target.rows('SELECT name, direction, actor FROM tidegate.ledger ORDER BY id')).toEqual([
      { name: '1_table', direction: 'up', actor: 'ada' },
      { name: '2_table', direction: 'up', actor: 'ada' },
      { name: '2_table', direction: 'down', actor: 'ada' },
    ]);
  });

  it('stops at the first that fails, in PostgreSQL’s own words, and leaves nothing of it', async () => {
    await using target = await openTarget();
    const broken = stepOf('2_broken', script('CREATE TABLE half (id int)', 'SELECT 1/0'));
    const outcome = await target.locked((locked) =>
      applySteps(locked, [tableStep('1'), broken, tableStep('3')], origin, pace),
    );
    expect(outcome).toMatchObject({
      status: 'failed',
      steps: [
        { status: 'done' },
        { status: 'failed', error: 'division by zero', sqlState: '22012', statement: 1, statementsDone: 0 },
      ],
    });
    expect(await target.rows(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    expect(await target.historyNames()).toEqual(['1_table']);
  });

  it('checks deferred constraints as the migration’s own error, not at COMMIT', async () => {
    await using target = await openTarget();
    const deferred = stepOf(
      '1_deferred',
      script(
        'CREATE TABLE parent (id int PRIMARY KEY)',
        'CREATE TABLE child (parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)',
        'INSERT INTO child VALUES (1)',
      ),
    );
    const outcome = await target.locked((locked) => locked.run(deferred, origin));
    expect(outcome).toMatchObject({ status: 'failed', sqlState: '23503', statement: null });
    expect(await target.historyNames()).toEqual([]);
  });

  it('says loudly when a migration ends its own transaction', async () => {
    await using target = await openTarget();
    const ends = ['COMMIT', 'ROLLBACK', 'COMMIT AND CHAIN', `PREPARE TRANSACTION 'x'`];
    for (const [index, end] of ends.entries()) {
      const step = stepOf(`${index}_escape`, script('SELECT 1', end, 'SELECT 2'));
      const outcome = await target.locked((locked) => locked.run(step, origin));
      expect(outcome.status, end).toBe('failed');
      if (end.startsWith('PREPARE')) continue;
      expect(outcome, end).toMatchObject({ error: textWith('ended the transaction') });
    }
    expect(await target.historyNames()).toEqual([]);
  });

  it('keeps run_on increasing, even where the clock was ahead before', async () => {
    await using target = await openTarget();
    await target.locked(() => Promise.resolve());
    await target.client.query(
      `INSERT INTO pgmigrations (name, run_on) VALUES ('0_future', now() + interval '1 hour')`,
    );
    await target.locked((locked) => applySteps(locked, [tableStep('1'), tableStep('2')], origin, pace));
    expect(await target.historyNames()).toEqual(['0_future', '1_table', '2_table']);
    expect(await target.rows('SELECT count(DISTINCT run_on)::int AS moments FROM pgmigrations')).toEqual([
      { moments: 3 },
    ]);
  });

  it('adopts history from before it, and only that', async () => {
    await using target = await openTarget();
    await target.locked((locked) => applySteps(locked, [tableStep('2')], origin, pace));
    await target.client.query(
      `INSERT INTO pgmigrations (name, run_on) VALUES ('1_old', now() - interval '1 day')`,
    );
    const [known] = (await target.targets.read(dev, settings)).ledger;
    if (known === undefined) throw new Error('the ledger is empty');
    const adopted = { ...known, checksum: 'from git', adopted: true };
    await target.locked((locked) =>
      locked.adopt([
        { ...adopted, name: '1_old' },
        { ...adopted, name: '2_table' },
        { ...adopted, name: '9_never' },
      ]),
    );
    expect((await target.targets.read(dev, settings)).ledger).toMatchObject([
      { name: '1_old', checksum: 'from git', adopted: true },
      { name: '2_table', checksum: 'sum of 2_table', adopted: false },
    ]);
  });

  it('does not take a migration that was taken back and run again by other hands for the one it ran', async () => {
    await using target = await openTarget();
    await target.locked((locked) => applySteps(locked, [tableStep('1')], origin, pace));
    await target.client.query(
      `DELETE FROM pgmigrations; INSERT INTO pgmigrations (name, run_on) VALUES ('1_table', now())`,
    );
    expect(await target.targets.read(dev, settings)).toMatchObject({
      history: [{ name: '1_table' }],
      ledger: [],
    });
  });

  it('runs outside a transaction what must be, and writes it down once all of it stands', async () => {
    await using target = await openTarget();
    const step = stepOf(
      '2_index',
      outside(
        '-- built without stopping writers\nCREATE INDEX CONCURRENTLY by_id ON t1 (id)',
        'VACUUM t1',
        `INSERT INTO t1 VALUES (1)`,
        'DROP INDEX CONCURRENTLY by_id',
        'CREATE PROCEDURE twice() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t1 VALUES (2); COMMIT; INSERT INTO t1 VALUES (3); END $$',
        'CALL twice()',
      ),
    );
    const outcome = await target.locked((locked) => applySteps(locked, [tableStep('1'), step], origin, pace));
    expect(outcome.status).toBe('done');
    expect(await target.rows('SELECT id FROM t1 ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(await target.rows('SELECT * FROM tidegate.journal')).toEqual([]);
    expect(await target.historyNames()).toEqual(['1_table', '2_index']);
  });

  it('counts few rows, estimates many, and knows nothing of tables that are not there', async () => {
    await using target = await openTarget();
    await target.client.query(
      `CREATE TABLE few (id int); INSERT INTO few SELECT generate_series(1, 3);
       CREATE TABLE "Many rows" (id int); INSERT INTO "Many rows" SELECT generate_series(1, 50000); ANALYZE "Many rows"`,
    );
    const rows = await target.targets.estimateRows(dev, ['public.few', 'public."Many rows"', 'public.none']);
    expect(Object.fromEntries(rows)).toEqual({
      'public.few': 3,
      'public."Many rows"': 50_000,
      'public.none': 0,
    });
  });
});
