import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import {
  nameAt,
  part,
  partsOfName,
  placeOf,
  reads,
  statementsIn,
  written,
  type Stretch,
} from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { partsHandle, uniqueHandle } from '../tables/constraints.ts';
import { heirsOf } from '../tables/family.ts';
import type { World } from '../world.ts';

/** Indexes that are no constraint's. Those of a partitioned table take up those of its partitions, made first. */
export const index: Kind = {
  make: (object, world) => {
    const found = indexOf(object);
    if (found === null) return null;
    const make = step('index', found.sql, {
      makes: handlesOf(object, found),
      needs: mentionsOf(found.sql, ...heirsOf(found.table, world).map(partsHandle)),
    });
    return [make, ...statisticsSteps(object.name, new Map(), found.statistics)];
  },
  drop: (object, world) => {
    const found = indexOf(object);
    if (found === null) return null;
    if (world.isGone(found.table) || goesWithParent(object, found, world)) return [];
    return [
      step('dropIndex', `DROP INDEX ${object.name}`, {
        drops: handlesOf(object, found),
        frees: mentionsOf(found.sql),
      }),
    ];
  },
  change: (before, after, world): Work | 'anew' | null => {
    const [then, now] = [indexOf(before), indexOf(after)];
    if (then === null || now === null) return null;
    if (then.sql !== now.sql) return isNamedByTable(after.name, now.table, world) ? null : 'anew';
    return { steps: statisticsSteps(after.name, then.statistics, now.statistics) };
  },
  handles: ({ name }) => [name, `index ${name}`],
  light: true,
  pinsColumns: false,
};

/** A table forgets the index that it is clustered or identified by when that is dropped. */
function isNamedByTable(name: string, table: string, { tablesBefore, tablesAfter }: World): boolean {
  const own = partsOfName(name).at(-1);
  return [tablesBefore, tablesAfter].some((tables) => {
    const found = tables.get(table);
    return found?.cluster === own || found?.replica === `USING INDEX ${own ?? ''}`;
  });
}

interface Index {
  readonly sql: string;
  readonly table: string;
  readonly unique: boolean;
  /** Everything but its name and its table's. */
  readonly shape: string;
  readonly statistics: ReadonlyMap<string, string>;
}

/** Null where it is not as our catalog writes one, or not valid: nobody makes such an index by its definition. */
function indexOf({ definition }: SchemaObject): Index | null {
  const found = statementsIn(definition);
  const [statement, ...others] = found?.statements ?? [];
  if (found === null || statement === undefined || others.length > 0) return null;
  const notes = found.notes.map((note) => /^statistics of column (\d+): (\d+)$/.exec(note));
  if (notes.includes(null)) return null;
  const on = placeOf(statement, ['ON']);
  const only = reads(statement, on + 1, 'ONLY') ? 1 : 0;
  const table = nameAt(statement, on + 1 + only);
  if (table === null || !written(statement).startsWith('CREATE ')) return null;
  const whole: Stretch = {
    sql: statement.sql,
    tokens: statement.tokens.filter((_, at) => only === 0 || at !== on + 1),
  };
  return {
    // ONLY would leave the partitions without it.
    sql: `${written(part(statement, 0, on + 1))} ${written(part(whole, on + 1))}`,
    table: table.name,
    unique: reads(statement, 1, 'UNIQUE'),
    shape: `${written(part(whole, 0, on - 1))} ${written(part(whole, table.after - only))}`,
    statistics: new Map(notes.map((note) => [note?.[1] ?? '', note?.[2] ?? ''])),
  };
}

function handlesOf({ name }: SchemaObject, { table, unique }: Index): readonly string[] {
  return [name, `index ${name}`, partsHandle(table), ...(unique ? [uniqueHandle(table)] : [])];
}

/** An index of a partition that its parent's index took up goes with that. */
function goesWithParent(
  object: SchemaObject,
  { table, shape }: Index,
  { before, tablesBefore, isGone }: World,
): boolean {
  const parent = tablesBefore.get(table)?.partitionOf?.parent;
  if (parent === undefined) return false;
  return [...before.values()].some((other) => {
    if (other.kind !== 'index' || other.name === object.name) return false;
    const found = indexOf(other);
    return found?.table === parent && found.shape === shape && isGone(`index ${other.name}`);
  });
}

function statisticsSteps(
  name: string,
  before: Index['statistics'],
  after: Index['statistics'],
): readonly Step[] {
  const columns = [...new Set([...before.keys(), ...after.keys()])];
  return columns
    .filter((column) => before.get(column) !== after.get(column))
    .map((column) =>
      step(
        'setting',
        `ALTER INDEX ${name} ALTER COLUMN ${column} SET STATISTICS ${after.get(column) ?? '-1'}`,
        {
          needs: mentionsOf('', name),
        },
      ),
    );
}
