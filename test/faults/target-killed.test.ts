import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import {
  dev,
  eventually,
  openTarget,
  origin,
  pace,
  script,
  settings,
  stepOf,
} from '../support/target-fixture.ts';

const child = fileURLToPath(new URL('../support/apply-child.ts', import.meta.url));

describe('faults 1 and 2: the process is killed', () => {
  it('between two migrations: the first stands and is not run again, nothing of the second does', async () => {
    await using target = await openTarget();
    const statements = ['CREATE TABLE first ()', 'CREATE TABLE second AS SELECT 1 AS one FROM pg_sleep(30)'];
    const worker = spawn(process.execPath, [child, target.url, ...statements], { stdio: 'ignore' });
    await eventually(async () => {
      const sleeping = await target.rows(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      );
      return sleeping.length === 1;
    });
    worker.kill('SIGKILL');
    await once(worker, 'exit');

    const steps = ['CREATE TABLE first ()', 'CREATE TABLE second ()'].map((sql, index) =>
      stepOf(`${index + 1}_child`, script(sql)),
    );
    const outcome = await target
      .worker({ limits: { lockWait: 20_000 } })
      .withLock(dev, settings, (locked) => applySteps(locked, steps, origin, pace));
    expect(outcome.steps.map(({ status }) => status)).toEqual(['already', 'done']);
    expect(await target.historyNames()).toEqual(['1_child', '2_child']);
  });
});
