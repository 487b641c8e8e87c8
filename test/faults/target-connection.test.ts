import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import {
  dev,
  eventually,
  holdsTheLock,
  openTarget,
  origin,
  outside,
  pace,
  script,
  settings,
  stepOf,
  tableStep,
  terminateWhere,
  textWith,
} from '../support/target-fixture.ts';

const once = { ...pace, attempts: 1 };

describe('fault 1: the session ends before COMMIT', () => {
  it('leaves nothing, and the next try applies it', async () => {
    await using target = await openTarget();
    const slow = stepOf('1_slow', script('CREATE TABLE slow ()', 'SELECT pg_sleep(20)'));
    const running = target.locked((locked) => applySteps(locked, [slow], origin, once));
    await terminateWhere(target, `query = 'SELECT pg_sleep(20)' AND state = 'active'`);
    expect(await running).toMatchObject({ status: 'failed', steps: [{ sqlState: '57P01', statement: 1 }] });
    expect(await target.rows(`SELECT to_regclass('slow') AS slow`)).toEqual([{ slow: null }]);
    expect(await target.historyNames()).toEqual([]);
  });
});

describe('fault 2: the process ends after COMMIT, before anybody wrote it down', () => {
  it('is told by the history, and is not run again', async () => {
    await using target = await openTarget();
    const crash = new Error('the process is gone');
    const crashed = target.locked(async (locked) => {
      await locked.run(tableStep('1'), origin);
      throw crash;
    });
    await expect(crashed).rejects.toBe(crash);
    const outcome = await target.locked((locked) =>
      applySteps(locked, [tableStep('1'), tableStep('2')], origin, pace),
    );
    expect(outcome.steps.map(({ status }) => status)).toEqual(['already', 'done']);
  });
});

describe('fault 3: the answer to COMMIT is lost', () => {
  const cases = [
    { when: 'after', direction: 'up', status: 'done', history: ['1_table'] },
    { when: 'before', direction: 'up', status: 'failed', history: [] },
    { when: 'after', direction: 'down', status: 'done', history: [] },
    { when: 'before', direction: 'down', status: 'failed', history: ['1_table'] },
  ] as const;
  for (const { when, direction, status, history } of cases) {
    it(`asks the target: ${direction}, cut ${when} the server got it, is ${status}`, async () => {
      await using target = await openTarget();
      if (direction === 'down') await target.locked((locked) => locked.run(tableStep('1'), origin));
      const proxy = await startCuttingProxy(target.url);
      const outcome = await target.worker({ url: proxy.url }).withLock(dev, settings, (locked) => {
        proxy.cutAt('COMMIT', when);
        return locked.run(tableStep('1', direction), origin);
      });
      await proxy.close();
      expect(outcome.status).toBe(status);
      expect(await target.historyNames()).toEqual(history);
      const ledger = (await target.targets.read(dev, settings)).ledger.map(({ name }) => name);
      expect(ledger).toEqual(history);
    });
  }

  it('tries again by itself where the target says that nothing was committed', async () => {
    await using target = await openTarget();
    const proxy = await startCuttingProxy(target.url);
    const outcome = await target.worker({ url: proxy.url }).withLock(dev, settings, (locked) => {
      proxy.cutAt('COMMIT', 'before');
      return applySteps(locked, [tableStep('1'), tableStep('2')], origin, pace);
    });
    await proxy.close();
    expect(outcome.status).toBe('done');
    expect(await target.historyNames()).toEqual(['1_table', '2_table']);
  });

  it('stops and says so where the target cannot be asked', async () => {
    await using target = await openTarget();
    const proxy = await startCuttingProxy(target.url);
    const worker = target.worker({ url: proxy.url, limits: { commitQuestion: 200 } });
    const outcome = await worker.withLock(dev, settings, (locked) => {
      proxy.cutAt('COMMIT', 'after', true);
      return applySteps(locked, [tableStep('1'), tableStep('2')], origin, pace);
    });
    await proxy.close();
    expect(outcome).toMatchObject({
      status: 'in-doubt',
      steps: [{ status: 'in-doubt', error: textWith('could not be asked') }],
    });
    const later = await target.locked((locked) => locked.run(tableStep('1'), origin));
    expect(later.status).toBe('already');
  });
});

describe('fault 57: the process is told to end during an apply', () => {
  it('frees lock and fence with its connections, and another worker goes on', async () => {
    await using target = await openTarget();
    const proxy = await startCuttingProxy(target.url);
    const slow = stepOf('2_slow', script('CREATE TABLE slow ()', 'SELECT pg_sleep(1)'));
    const ended = target
      .worker({ url: proxy.url, limits: { commitQuestion: 100 } })
      .withLock(dev, settings, (locked) => applySteps(locked, [tableStep('1'), slow], origin, once));
    await eventually(async () => {
      const [row] = await target.rows(
        `SELECT count(*)::int AS running FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(1)' AND state = 'active'`,
      );
      return row?.['running'] === 1;
    });
    await proxy.close();
    const outcome = await target.locked((locked) => applySteps(locked, [tableStep('1'), slow], origin, pace));
    expect(outcome.steps.map(({ status }) => status)).toEqual(['already', 'done']);
    expect((await ended).status).toBe('failed');
    expect(await target.historyNames()).toEqual(['1_table', '2_slow']);
  });
});

describe('fault 65: a pool or an operator ends our backend in the middle', () => {
  it('is tried again from a new session', async () => {
    await using target = await openTarget();
    const slow = stepOf('1_slow', script('CREATE TABLE slow ()', 'SELECT pg_sleep(0.5)'));
    const running = target.locked((locked) => applySteps(locked, [slow], origin, pace));
    await terminateWhere(target, `query = 'SELECT pg_sleep(0.5)' AND state = 'active'`);
    expect((await running).status).toBe('done');
    expect(await target.historyNames()).toEqual(['1_slow']);
  });

  it('takes its lock again where the lock’s session was ended and nobody else came', async () => {
    await using target = await openTarget();
    const outcome = await target.locked(async (locked) => {
      await terminateWhere(target, holdsTheLock);
      return applySteps(locked, [tableStep('1')], origin, pace);
    });
    expect(outcome.status).toBe('done');
  });

  it('outside a transaction, goes on at the statement that was cut off', async () => {
    await using target = await openTarget();
    await target.client.query('CREATE TABLE ran (what text)');
    const step = stepOf(
      '1_outside',
      outside(
        `INSERT INTO ran VALUES ('first')`,
        `INSERT INTO ran SELECT 'second' FROM pg_sleep(0.5)`,
        'VACUUM ran',
      ),
    );
    const running = target.locked((locked) => applySteps(locked, [step], origin, pace));
    await terminateWhere(target, `query LIKE 'INSERT INTO ran SELECT%' AND state = 'active'`);
    expect((await running).status).toBe('done');
    expect(await target.rows('SELECT what FROM ran ORDER BY what')).toEqual([
      { what: 'first' },
      { what: 'second' },
    ]);
  });
});
