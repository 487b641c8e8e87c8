import type { TargetState } from '../../src/ports/target.ts';
import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import {
  dev,
  openTarget,
  origin,
  pace,
  settings,
  tableStep,
  type TargetFixture,
} from '../support/target-fixture.ts';

const steps = ['1', '2', '3'].map((name) => tableStep(name));

async function applied(): Promise<TargetFixture> {
  const target = await openTarget();
  await target.locked((locked) => applySteps(locked, steps, origin, pace));
  return target;
}

/** Changes that somebody makes by hand, in the history or in the ledger. */
const changes = {
  'a name': `UPDATE pgmigrations SET name = 'other' WHERE id = 2`,
  'a time': `UPDATE pgmigrations SET run_on = run_on + interval '1 millisecond' WHERE id = 3`,
  'the order, by swapped times': `UPDATE pgmigrations p SET run_on = (SELECT run_on FROM pgmigrations o WHERE o.id = 4 - p.id) WHERE id IN (1, 3)`,
  'the names of two rows, swapped': `UPDATE pgmigrations p SET name = (SELECT name FROM pgmigrations o WHERE o.id = 4 - p.id) WHERE id IN (1, 3)`,
  'a row that goes': `DELETE FROM pgmigrations WHERE id = 1`,
  'a row in the place of another': `WITH gone AS (DELETE FROM pgmigrations WHERE id = 3 RETURNING name, run_on) INSERT INTO pgmigrations (id, name, run_on) SELECT 9, name, run_on FROM gone`,
  'the statements that the ledger keeps': `UPDATE tidegate.ledger SET down = NULL WHERE history_id = 2`,
  'a row of the ledger that goes': `DELETE FROM tidegate.ledger WHERE history_id = 2`,
} as const;

/** What is the target's own: roles are the server's, where other tests make theirs meanwhile. */
function recordOf({ history, ledger }: TargetState): Pick<TargetState, 'history' | 'ledger'> {
  return { history, ledger };
}

describe('reading a target again', () => {
  it('gives the same rows as long as they are, without reading them', async () => {
    await using target = await applied();
    const first = await target.targets.read(dev, settings);
    const again = await target.targets.read(dev, settings);
    expect(first.history.map(({ name }) => name)).toEqual(['1_table', '2_table', '3_table']);
    expect(again.history).toBe(first.history);
    expect(again.ledger).toBe(first.ledger);
    expect(again).toEqual({ ...first, now: again.now });
  });

  it.each(Object.entries(changes))('sees %s, changed by hand', async (_what, sql) => {
    await using target = await applied();
    const before = await target.targets.read(dev, settings);
    await target.client.query(sql);
    const after = await target.targets.read(dev, settings);
    expect(recordOf(after)).not.toEqual(recordOf(before));
    expect(recordOf(after)).toEqual(recordOf(await target.worker().read(dev, settings)));
  });

  it('sees what was applied, and a history that is gone', async () => {
    await using target = await applied();
    await target.targets.read(dev, settings);
    await target.locked((locked) => applySteps(locked, [tableStep('4')], origin, pace));
    expect((await target.targets.read(dev, settings)).ledger).toHaveLength(4);
    await target.client.query('DROP TABLE pgmigrations');
    expect(await target.targets.read(dev, settings)).toMatchObject({ history: [], ledger: [] });
  });

  it('reads a view in the place of the history whole each time', async () => {
    await using target = await applied();
    await target.client.query(
      'ALTER TABLE pgmigrations RENAME TO kept; CREATE VIEW pgmigrations AS SELECT * FROM kept',
    );
    const before = await target.targets.read(dev, settings);
    const again = await target.targets.read(dev, settings);
    expect(again).toEqual({ ...before, now: again.now });
    expect(again.history).not.toBe(before.history);
  });
});
