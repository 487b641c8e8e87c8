import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import type { ApplyOutcome, ApplyStep } from '../../src/domain/apply.ts';
import {
  openTarget,
  origin,
  otherSession,
  outside,
  pace,
  stepOf,
  terminateWhere,
  type TargetFixture,
  textWith,
} from '../support/target-fixture.ts';

const once = { ...pace, attempts: 1 };

async function indexes(target: TargetFixture): Promise<readonly Record<string, unknown>[]> {
  return target.rows(
    `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index
      WHERE indrelid = 'item'::regclass ORDER BY 1`,
  );
}

function apply(target: TargetFixture, step: ApplyStep): Promise<ApplyOutcome> {
  return target.locked((locked) => applySteps(locked, [step], origin, once));
}

async function withDuplicates(): Promise<TargetFixture> {
  const target = await openTarget();
  await target.client.query('CREATE TABLE item (code int); INSERT INTO item VALUES (1), (1)');
  return target;
}

describe('fault 43: CREATE INDEX CONCURRENTLY fails', () => {
  for (const name of ['item_code', '']) {
    it(`drops the invalid index it left (${name || 'without a name'}) and goes on where it stopped`, async () => {
      await using target = await withDuplicates();
      const step = stepOf(
        '1_unique',
        outside(
          `INSERT INTO item VALUES (2)`,
          `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON item (code)`,
          'ANALYZE item',
        ),
      );
      expect(await apply(target, step)).toMatchObject({
        status: 'failed',
        steps: [{ sqlState: '23505', statement: 1, statementsDone: 1 }],
      });
      expect(await indexes(target)).toMatchObject([{ valid: false }]);
      expect(await target.rows('SELECT statement, state FROM tidegate.journal ORDER BY statement')).toEqual([
        { statement: 0, state: 'done' },
        { statement: 1, state: 'failed' },
      ]);

      await target.client.query('DELETE FROM item WHERE code = 1');
      expect((await apply(target, step)).status).toBe('done');
      expect(await indexes(target)).toMatchObject([{ valid: true }]);
      expect(await target.rows('SELECT code FROM item')).toEqual([{ code: 2 }]);
    });
  }

  it('leaves an invalid index alone that was there before', async () => {
    await using target = await withDuplicates();
    await expect(
      target.client.query('CREATE UNIQUE INDEX CONCURRENTLY theirs ON item (code)'),
    ).rejects.toThrow();
    const step = stepOf('1_unique', outside('CREATE UNIQUE INDEX CONCURRENTLY ours ON item (code)'));
    expect((await apply(target, step)).status).toBe('failed');
    await target.client.query('DELETE FROM item');
    expect((await apply(target, step)).status).toBe('done');
    expect(await indexes(target)).toEqual([
      { name: 'ours', valid: true },
      { name: 'theirs', valid: false },
    ]);
  });

  it('builds again what a vanished session left half built', async () => {
    await using target = await withDuplicates();
    await using writer = await otherSession(target.url);
    await writer.client.query('BEGIN; INSERT INTO item VALUES (3)');
    const step = stepOf('1_index', outside('CREATE INDEX CONCURRENTLY by_code ON item (code)'));
    const running = apply(target, step);
    await terminateWhere(target, `query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'`);
    expect((await running).status).toBe('failed');
    await writer.client.query('COMMIT');
    expect(await indexes(target)).toEqual([{ name: 'by_code', valid: false }]);
    expect((await apply(target, step)).status).toBe('done');
    expect(await indexes(target)).toEqual([{ name: 'by_code', valid: true }]);
  });

  it('stops where a statement that was done before is another one now', async () => {
    await using target = await withDuplicates();
    const failing = 'CREATE UNIQUE INDEX CONCURRENTLY ours ON item (code)';
    await apply(target, stepOf('1_edited', outside('INSERT INTO item VALUES (2)', failing)));
    const edited = await apply(target, stepOf('1_edited', outside('INSERT INTO item VALUES (9)', failing)));
    expect(edited).toMatchObject({
      status: 'failed',
      steps: [{ error: textWith('It was: INSERT INTO item VALUES (2)') }],
    });
    const replaced = outside('INSERT INTO item VALUES (2)', 'CREATE INDEX CONCURRENTLY ours ON item (code)');
    expect((await apply(target, stepOf('1_edited', replaced))).status).toBe('done');
    expect(await indexes(target)).toEqual([{ name: 'ours', valid: true }]);
  });

  it('stays in doubt about a statement of which nobody can tell, and says how to settle it', async () => {
    await using target = await withDuplicates();
    await target.client.query(
      'CREATE PROCEDURE slow() LANGUAGE plpgsql AS $$ BEGIN COMMIT; PERFORM pg_sleep(20); END $$',
    );
    const step = stepOf('1_call', outside('CALL slow()'));
    const running = apply(target, step);
    await terminateWhere(target, `query = 'CALL slow()' AND wait_event = 'PgSleep'`);
    expect((await running).status).toBe('failed');
    expect(await apply(target, step)).toMatchObject({
      status: 'in-doubt',
      steps: [{ error: textWith(`SET state = 'done'`) }],
    });
    await target.client.query(`UPDATE tidegate.journal SET state = 'done' WHERE state = 'started'`);
    expect((await apply(target, step)).status).toBe('done');
    expect(await target.historyNames()).toEqual(['1_call']);
  });
});
