import { describe, expect, it } from 'vitest';
import { compareMigrationNames } from '../../src/migrations/order.ts';
import { nameAfter } from '../../src/plan/name-after.ts';

describe('a name that sorts last', () => {
  it.each([
    ['an index with zeros', '0021_b', '0007_a', '0022_a'],
    ['an index that grows', '99_b', '7_a', '100_a'],
    ['milliseconds', '1747300000000_b', '1700000000000-a', '1747300000001-a'],
    [
      'UTC time in 17 digits, over midnight',
      '20261231235959999_b',
      '20260101000000000_a',
      '20270101000000000_a',
    ],
    ['UTC time in 14 digits, over a minute', '20260501101559_b', '20260101000000_a', '20260501101600_a'],
    ['14 digits that are no time', '99999999999998_b', '1_a', '99999999999999_a'],
    ['words without a number', '0003_b', 'a', '0004_a'],
  ])('follows the style of the last: %s', (_, last, name, expected) => {
    expect(nameAfter(last, name)).toBe(expected);
    expect(compareMigrationNames(expected, last)).toBeGreaterThan(0);
  });
});
