import { columnHandle, mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { castBetween } from './casts.ts';
import type { Column } from './column.ts';
import { partsHandle } from './constraints.ts';
import { identitySequences } from './identity-sequence.ts';
import { holdsStart, identityChanges } from './identity.ts';
import { foreignOptionChanges, foreignOptionsFrom, optionChanges, optionList } from './options.ts';
import { shapeHandle } from './partitions.ts';

/** What a change of a column has to respect. */
export interface Around {
  readonly table: string;
  /** Tables to which PostgreSQL takes what happens to this one. */
  readonly heirs: readonly string[];
  readonly parents: readonly { readonly name: string; readonly before: Column; readonly after: Column }[];
  /** Handles that come first. */
  readonly first: readonly string[];
  /** A constraint says NOT NULL of it. */
  readonly named: boolean;
  readonly world: World;
}

/** Turns a column into the one of the same name; null where that is not possible in place. */
export function changeColumn(before: Column, after: Column, around: Around): readonly Step[] | null {
  const steps: Step[] = [];
  const retyped = isRetyped(before, after);
  const given = (of: (column: Column) => string | boolean): boolean =>
    around.parents.some((parent) => of(parent.before) !== of(parent.after) && of(parent.after) === of(after));
  const inPlace = (what: string, old = '', fresh = ''): Step =>
    step('change', `ALTER TABLE ONLY ${around.table} ALTER COLUMN ${after.name} ${what}`, {
      makes: [partsHandle(around.table)],
      frees: mentionsOf(old),
      needs: mentionsOf(fresh),
    });
  const optionsThen = foreignOptionsFrom(before.foreignOptions);
  const optionsNow = foreignOptionsFrom(after.foreignOptions);
  if (optionsThen === null || optionsNow === null) return null;
  steps.push(...foreignOptionChanges(optionsThen, optionsNow).map((what) => inPlace(what)));
  if (!holdsStart(before.identity, after.identity)) return null;
  if (before.generated !== after.generated) {
    if (after.generated !== '' || given(({ generated }) => generated)) return null;
    steps.push(below(around, after, 'DROP EXPRESSION', before.generated));
  }
  if (before.default !== '' && (retyped || after.default === ''))
    steps.push(inPlace('DROP DEFAULT', before.default));
  const identity = given((column) => column.identity) ? [] : identityChanges(before.identity, after.identity);
  if (after.identity === '') {
    const goes = identitySequences(around.table, before);
    for (const drop of identity.map((what) => below(around, after, what))) {
      steps.push({ ...drop, drops: [...drop.drops, ...goes] });
    }
  }
  if (before.notNull && !after.notNull && !around.named) steps.push(dropNotNull(around, after));
  if (retyped && !given(typeOf)) {
    const step = retype(before, after, around);
    if (step === null) return null;
    steps.push(step);
  }
  if (!before.notNull && after.notNull && !around.named && !given(({ notNull }) => notNull)) {
    steps.push(below(around, after, 'SET NOT NULL'));
  }
  if (after.identity !== '') steps.push(...identity.map((what) => below(around, after, what)));
  if (after.default !== '' && (retyped || before.default !== after.default)) {
    steps.push(inPlace(`SET DEFAULT ${after.default}`, before.default, after.default));
  }
  const physical = physicalChanges(before, after);
  if (physical === null) return null;
  return chained([...steps, ...physical.map((what) => inPlace(what))], around, after);
}

export function isRetyped(before: Column, after: Column): boolean {
  return typeOf(before) !== typeOf(after);
}

function typeOf({ type, collation }: Column): string {
  return `${type} COLLATE ${collation}`;
}

function retype(before: Column, after: Column, { table, heirs, world }: Around): Step | null {
  const collate = after.collation === '' ? '' : ` COLLATE ${after.collation}`;
  const cast = castBetween(before.type, after.type, world);
  if (cast === null) return null;
  const using = cast === 'using' ? ` USING ${after.name}::${after.type}` : '';
  return step(
    'change',
    `ALTER TABLE ${table} ALTER COLUMN ${after.name} TYPE ${after.type}${collate}${using}`,
    {
      retypes: [table, ...heirs].map((name) => columnHandle(name, after.name)),
      drops: [shapeHandle(table)],
      makes: [shapeHandle(table), partsHandle(table)],
      frees: mentionsOf(`${before.type} ${before.collation}`),
      needs: mentionsOf(`${after.type} ${after.collation}`),
    },
  );
}

/** A change that PostgreSQL takes to the tables below as well. */
function below({ table }: Around, { name }: Column, what: string, old = ''): Step {
  return step('change', `ALTER TABLE ${table} ALTER COLUMN ${name} ${what}`, {
    drops: [shapeHandle(table)],
    makes: [shapeHandle(table), partsHandle(table)],
    frees: mentionsOf(old),
  });
}

/** The tables below keep it where it was said of them too: each says it once more, after its parent. */
function dropNotNull(around: Around, column: Column): Step {
  const { table, parents } = around;
  const handle = columnHandle(table, column.name);
  const inherited = parents.filter((parent) => parent.before.notNull && !parent.after.notNull);
  const drop = below(around, column, 'DROP NOT NULL');
  return {
    ...drop,
    drops: [...drop.drops, `${handle}#notnull`],
    makes: [...drop.makes, `null ${column.name} in ${table}`],
    needs: mentionsOf('', ...inherited.map(({ name }) => `null ${column.name} in ${name}`)),
  };
}

function physicalChanges(before: Column, after: Column): readonly string[] | null {
  const [then, now] = [optionList(before.options), optionList(after.options)];
  const storage = after.storage === '' ? usualStorage(after.type) : after.storage;
  const restored = before.storage !== after.storage;
  if (then === null || now === null || (restored && storage === '')) return null;
  return [
    ...(restored ? [`SET STORAGE ${storage}`] : []),
    ...(before.compression === after.compression
      ? []
      : [`SET COMPRESSION ${after.compression === '' ? 'default' : after.compression}`]),
    ...optionChanges(then, now).map((change) => change.join(' ')),
    ...(before.statistics === after.statistics
      ? []
      : [`SET STATISTICS ${after.statistics === '' ? '-1' : after.statistics}`]),
  ];
}

/** SET STORAGE DEFAULT is known since PostgreSQL 16 only; empty where the type is not one whose storage is known. */
function usualStorage(type: string): string {
  if (/^(?:text|character varying|character|bytea|json|jsonb|xml)\b|\[\]$/.test(type)) return 'EXTENDED';
  return /^numeric\b/.test(type) ? 'MAIN' : '';
}

/** One after the other, after what comes first. */
function chained(steps: readonly Step[], { table, first }: Around, { name }: Column): readonly Step[] {
  const link = (index: number): string => `step ${index} of ${columnHandle(table, name)}`;
  return steps.map((one, index) => ({
    ...one,
    makes: [...one.makes, link(index)],
    needs: {
      ...one.needs,
      names: new Set([...one.needs.names, ...first, ...(index > 0 ? [link(index - 1)] : [])]),
    },
  }));
}
