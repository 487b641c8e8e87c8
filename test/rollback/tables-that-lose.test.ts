import { describe, expect, it } from 'vitest';
import { tablesThatLose, withoutRenamed } from '../../src/rollback/tables-that-lose.ts';

const items =
  'CREATE TABLE public.items (\n  id integer NOT NULL,\n  "two words" text,\n  CONSTRAINT items_pkey PRIMARY KEY (id)\n);';

function changed(after: string | null, kind = 'table') {
  const change = after === null ? ('removed' as const) : ('changed' as const);
  return [{ kind, name: 'public.items', change, before: items, after }];
}

describe('the tables that a rollback takes something from', () => {
  it.each([
    ['a table that goes', changed(null), ['public.items']],
    ['a column that goes', changed(items.replace('  "two words" text,\n', '')), ['public.items']],
    ['a column of another name', changed(items.replace('two words', 'one word')), ['public.items']],
    ['another type', changed(items.replace('text', 'character varying(5)')), []],
    ['a constraint that goes', changed(items.replace(/,\n {2}CONSTRAINT.*\n/, '\n')), []],
    ['a view that goes', changed(null, 'view'), []],
    [
      'a table that comes',
      [{ kind: 'table', name: 'x', change: 'added' as const, before: null, after: items }],
      [],
    ],
  ])('are found by %s', (_, diff, tables) => {
    expect(tablesThatLose(diff)).toEqual(tables);
  });
});

describe('a name that changes', () => {
  const renamed = [
    ...changed(null),
    { kind: 'table', name: 'public.things', change: 'added' as const, before: null, after: items },
  ];

  it.each([
    ['a column’s', changed(items.replace('two words', 'one word')), []],
    ['a table’s', renamed, []],
    [
      'a column’s beside one that goes',
      changed(items.replace('"two words" text', 'number integer').replace('  id integer NOT NULL,\n', '')),
      ['public.items'],
    ],
    [
      'a table’s without a column of its own',
      renamed.map((one) => ({ ...one, after: one.after?.replace('  "two words" text,\n', '') ?? null })),
      ['public.items'],
    ],
  ])('takes nothing away: %s', (_, diff, tables) => {
    expect(withoutRenamed(tablesThatLose(diff), diff)).toEqual(tables);
  });
});
