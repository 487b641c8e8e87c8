import { describe, expect, it } from 'vitest';
import type { RecordedMigration } from '../../src/domain/history.ts';
import type { MigrationFile } from '../../src/domain/migration.ts';
import { compareMigrationNames } from '../../src/migrations/order.ts';
import { compareHistory, type HistoryComparison } from '../../src/plan/compare-history.ts';
import { applied, appliedByHand, file } from './builders.ts';

interface Sides {
  readonly desired: readonly MigrationFile[];
  readonly base: readonly MigrationFile[];
  readonly actual: readonly RecordedMigration[];
  readonly baseBranch?: string;
}

function compare(sides: Sides): HistoryComparison {
  // In these tests a file's blob is its content, and its checksum too.
  const checksums = new Map(sides.desired.map(({ name, blob }) => [name, blob]));
  return compareHistory({ ...sides, checksums, compare: compareMigrationNames });
}

function codes({ problems }: HistoryComparison): readonly string[] {
  return problems.map(({ code, migration }) => (migration === undefined ? code : `${code} ${migration}`));
}

const [one, two, three, four] = [file('0001_a'), file('0002_b'), file('0003_c'), file('0004_d')];

describe('the steps', () => {
  it('are what the change adds, in the order of the names', () => {
    const plan = compare({ desired: [four, three, one], base: [one], actual: [applied('0001_a')] });
    expect(plan).toEqual({
      adds: ['0003_c', '0004_d'],
      removes: [],
      goesFirst: [],
      baseline: ['0001_a'],
      problems: [],
      notes: [],
    });
  });

  it('leave what is merged and not yet applied to go first', () => {
    const plan = compare({ desired: [one, two, three], base: [one, two], actual: [applied('0001_a')] });
    expect(plan).toMatchObject({
      adds: ['0003_c'],
      goesFirst: ['0002_b'],
      baseline: ['0001_a', '0002_b'],
      problems: [],
    });
    expect(plan.notes).toEqual([
      '1 migration is merged and not yet applied, and will go first under its own approvals: 0002_b.',
    ]);
  });

  it('take back what the change removes, newest first', () => {
    const actual = [applied('0001_a'), applied('0002_b'), applied('0003_c')];
    const plan = compare({ desired: [one], base: [one, two, three], actual });
    expect(plan).toMatchObject({ adds: [], removes: ['0003_c', '0002_b'], problems: [] });
  });

  it('are none where nothing changes', () => {
    const plan = compare({ desired: [one], base: [one], actual: [applied('0001_a')] });
    expect(plan).toMatchObject({ adds: [], removes: [], goesFirst: [], problems: [], notes: [] });
  });

  it('hold a merged migration that never ran and is written anew: this change decides what runs', () => {
    const rewritten = file('0002_b', 'mended');
    const plan = compare({ desired: [one, rewritten], base: [one, two], actual: [applied('0001_a')] });
    expect(plan).toMatchObject({ adds: ['0002_b'], goesFirst: [], baseline: ['0001_a'], problems: [] });
  });

  it('need nothing for a merged migration that never ran and is taken away', () => {
    const plan = compare({ desired: [one], base: [one, two], actual: [applied('0001_a')] });
    expect(plan).toMatchObject({
      adds: [],
      removes: [],
      goesFirst: [],
      baseline: ['0001_a'],
      problems: [],
      notes: [],
    });
  });

  it('leave out what somebody ran by hand before the merge, and say what is not known of it', () => {
    const plan = compare({
      desired: [one, two],
      base: [one],
      actual: [applied('0001_a'), appliedByHand('0002_b')],
    });
    expect(plan).toMatchObject({ adds: [], baseline: ['0001_a', '0002_b'], problems: [] });
    expect(plan.notes).toEqual([
      "0002_b is in the target's history already, run before this change was merged; it is no step of this plan. Its checksum is unknown: nobody can tell whether it ran as the file is now.",
    ]);
  });

  it('may replace what they take back', () => {
    const again = file('0002_z');
    const plan = compare({
      desired: [one, again],
      base: [one, two],
      actual: [applied('0001_a'), applied('0002_b')],
    });
    expect(plan).toMatchObject({ adds: ['0002_z'], removes: ['0002_b'], problems: [] });
  });
});

const red: Readonly<Record<string, readonly [Sides, readonly string[]]>> = {
  'an applied file edited by this change': [
    { desired: [file('0001_a', 'edited')], base: [one], actual: [applied('0001_a')], baseBranch: 'main' },
    ['edited 0001_a'],
  ],
  'an applied file edited before this change': [
    { desired: [file('0001_a', 'edited')], base: [file('0001_a', 'edited')], actual: [applied('0001_a')] },
    ['edited 0001_a'],
  ],
  'an applied file edited, its checksum not known': [
    { desired: [file('0001_a', 'edited')], base: [one], actual: [appliedByHand('0001_a')] },
    ['edited 0001_a'],
  ],
  'an applied file renamed': [
    { desired: [file('0001_z', one.blob)], base: [one], actual: [applied('0001_a')] },
    ['renamed 0001_z'],
  ],
  'a migration that sorts before an applied one': [
    {
      desired: [one, file('0002_late'), three],
      base: [one, three],
      actual: [applied('0001_a'), applied('0003_c')],
    },
    ['out-of-order 0002_late'],
  ],
  'two that sort before one that goes first': [
    { desired: [file('0001_x'), file('0002_y'), three], base: [three], actual: [] },
    ['out-of-order 0001_x', 'out-of-order 0002_y'],
  ],
  'one of another style of numbers': [
    {
      desired: [file('0007_late'), file('20260501101530999_a')],
      base: [file('20260501101530999_a')],
      actual: [applied('20260501101530999_a')],
    },
    ['out-of-order 0007_late'],
  ],
  'a removal from the middle': [
    {
      desired: [one, three, four],
      base: [one, two, three, four],
      actual: [applied('0001_a'), applied('0002_b'), applied('0003_c')],
    },
    ['removal 0002_b'],
  ],
  'a history from elsewhere': [
    { desired: [one], base: [one], actual: [applied('0001_a'), appliedByHand('0009_other')] },
    ['history-unknown'],
  ],
  'a history out of order': [
    { desired: [one, two], base: [one, two], actual: [applied('0002_b'), applied('0001_a')] },
    ['out-of-order'],
  ],
  'a history that names one twice': [
    { desired: [one], base: [one], actual: [applied('0001_a'), applied('0001_a')] },
    ['duplicate-version'],
  ],
};

describe('a plan is red for', () => {
  it.each(Object.entries(red))('%s', async (name, [sides, expected]) => {
    const plan = compare(sides);
    expect(codes(plan)).toEqual(expected);
    const messages = plan.problems.map(({ message }) => `${message}\n`).join('');
    await expect(messages).toMatchFileSnapshot(`golden/${name.replaceAll(/\W+/g, '-')}.txt`);
  });
});

describe('a plan is not red for', () => {
  it('a file that has not run and is edited', () => {
    expect(codes(compare({ desired: [file('0001_a', 'edited')], base: [one], actual: [] }))).toEqual([]);
  });

  it('an applied file that could not be read: that is said elsewhere', () => {
    const sides = { desired: [one], base: [one], actual: [applied('0001_a', 'other')] };
    const plan = compareHistory({ ...sides, checksums: new Map(), compare: compareMigrationNames });
    expect(codes(plan)).toEqual([]);
  });

  it('an edit that brings back what ran', () => {
    const sides = { desired: [one], base: [file('0001_a', 'edited')], actual: [applied('0001_a')] };
    expect(codes(compare(sides))).toEqual([]);
  });
});
