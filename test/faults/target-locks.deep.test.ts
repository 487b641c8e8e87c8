import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import {
  dev,
  eventually,
  holdsTheLock,
  openTarget,
  origin,
  otherSession,
  pace,
  script,
  settings,
  stepOf,
  tableStep,
  terminateWhere,
  textWith,
} from '../support/target-fixture.ts';

describe('fault 9: two merges in the same second', () => {
  it('applies one at a time, each migration once', async () => {
    await using target = await openTarget();
    const steps = ['1', '2', '3'].map((name) => tableStep(name));
    const outcomes = await Promise.all(
      [1, 2, 3].map(() =>
        target.worker().withLock(dev, settings, (locked) => applySteps(locked, steps, origin, pace)),
      ),
    );
    const statuses = outcomes.flatMap(({ steps: ran }) => ran.map(({ status }) => status));
    expect(statuses.toSorted()).toEqual([
      ...Array<string>(6).fill('already'),
      ...Array<string>(3).fill('done'),
    ]);
    expect(await target.historyNames()).toEqual(['1_table', '2_table', '3_table']);
    expect(await target.rows('SELECT token::int FROM tidegate.fence')).toEqual([{ token: 3 }]);
  });

  it('says who has the lock where it does not come free', async () => {
    await using target = await openTarget();
    const impatient = target.worker({ limits: { lockWait: 100 } });
    await target.locked(async () => {
      await expect(impatient.withLock(dev, settings, () => Promise.resolve())).rejects.toThrow(
        /Another migration is running on the database of environment dev at 127\.0\.0\.1:\d+\/\w+ \(backend \d+, tidegate\)/,
      );
    });
  });
});

describe('fault 38: a lock timeout', () => {
  it('is rolled back and tried again until the lock is free', async () => {
    await using target = await openTarget();
    await using other = await otherSession(target.url);
    await target.locked((locked) => locked.run(tableStep('1'), origin));
    await other.client.query('BEGIN; LOCK TABLE t1');
    const tries: number[] = [];
    const step = stepOf('2_column', script('ALTER TABLE t1 ADD COLUMN name text'));
    const outcome = await target.worker({ limits: { lock: 100 } }).withLock(dev, settings, (locked) =>
      applySteps(locked, [step], origin, {
        attempts: 5,
        random: () => 0,
        wait: async (ms) => {
          tries.push(ms);
          if (tries.length === 2) await other.client.query('COMMIT');
        },
      }),
    );
    expect(outcome.status).toBe('done');
    expect(tries).toEqual([250, 500]);
  });

  it('is given up after the last try, and nothing is left waiting', async () => {
    await using target = await openTarget();
    await using other = await otherSession(target.url);
    await target.locked((locked) => locked.run(tableStep('1'), origin));
    await other.client.query('BEGIN; LOCK TABLE t1');
    const step = stepOf('2_column', script('ALTER TABLE t1 ADD COLUMN name text'));
    const outcome = await target
      .worker({ limits: { lock: 50 } })
      .withLock(dev, settings, (locked) =>
        applySteps(locked, [step], origin, { ...pace, wait: () => Promise.resolve(), attempts: 3 }),
      );
    expect(outcome).toMatchObject({ status: 'failed', steps: [{ sqlState: '55P03', statement: 0 }] });
    expect(await target.rows('SELECT FROM pg_locks WHERE NOT granted')).toEqual([]);
  });
});

describe('fault 39: a deadlock', () => {
  it('retries the whole transaction', async () => {
    await using target = await openTarget();
    await using other = await otherSession(target.url);
    await target.client.query('CREATE TABLE a (); CREATE TABLE b ()');
    await other.client.query(`SET deadlock_timeout = '1h'; BEGIN; LOCK TABLE b`);
    const step = stepOf(
      '1_both',
      script(`SET LOCAL deadlock_timeout = '10ms'`, 'ALTER TABLE a ADD x int', 'ALTER TABLE b ADD x int'),
    );
    const running = target
      .worker({ limits: { lock: 20_000 } })
      .withLock(dev, settings, (locked) => applySteps(locked, [step], origin, pace));
    await eventually(async () => {
      const waiting = await target.rows(`SELECT FROM pg_locks WHERE relation = 'a'::regclass AND granted`);
      return waiting.length > 0;
    });
    await other.client.query('LOCK TABLE a');
    await other.client.query('COMMIT');
    expect((await running).status).toBe('done');
    expect(await target.historyNames()).toEqual(['1_both']);
  });
});

describe('fault 56: a worker comes back after another took over', () => {
  it('is stopped by the lock while the other has it, and by the fence afterwards', async () => {
    await using target = await openTarget();
    const stale = await target.locked(async (old) => {
      await terminateWhere(target, holdsTheLock);
      const during = await target.worker().withLock(dev, settings, async (fresh) => {
        expect(fresh.fencingToken).toBe(old.fencingToken + 1n);
        const refused = await old.run(tableStep('1'), origin);
        await fresh.run(tableStep('2'), origin);
        return refused;
      });
      return { during, after: await old.run(tableStep('3'), origin) };
    });
    expect(stale.during).toMatchObject({
      status: 'failed',
      error: textWith('somebody else has the lock'),
    });
    expect(stale.after).toMatchObject({
      status: 'failed',
      sqlState: null,
      error: textWith('newer fence'),
    });
    expect(await target.historyNames()).toEqual(['2_table']);
  });
});
