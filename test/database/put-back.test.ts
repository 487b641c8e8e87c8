import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import { dev, openTarget, origin, pace, settings, tableStep } from '../support/target-fixture.ts';

const numbers = Array.from({ length: 30 }, (_, index) => String(index + 10));
const nameOf = (number: string): string => `${number}_table`;

describe('rows of the history that are gone', () => {
  it('are put back by a statement that people can read, however many they are, and no others', async () => {
    await using target = await openTarget();
    await target.locked((locked) =>
      applySteps(
        locked,
        numbers.map((one) => tableStep(one)),
        origin,
        pace,
      ),
    );
    const before = await target.rows('SELECT * FROM pgmigrations ORDER BY id');
    await target.client.query('DELETE FROM pgmigrations WHERE id <> 7');
    const state = await target.targets.read(dev, settings);
    const names = state.gone.map(({ name }) => name);
    expect(names).toHaveLength(29);
    const [first = '', ...rest] = names;
    const sql = target.targets.putBack(settings, state, rest);
    expect(sql.length).toBeLessThan(1_000);
    await target.client.query(sql);
    expect(await target.historyNames()).toEqual(numbers.map(nameOf).filter((name) => name !== first));
    await target.client.query(target.targets.putBack(settings, state, [first]));
    expect(await target.rows('SELECT * FROM pgmigrations ORDER BY id')).toEqual(before);
    await target.locked((locked) => applySteps(locked, [tableStep('50')], origin, pace));
    expect(await target.historyNames()).toContain(nameOf('50'));
  });
});
