import { columnHandle, mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { changeColumn, isRetyped } from './change-column.ts';
import { namedNotNull } from './change-constraints.ts';
import { addColumnSettings, columnSql } from './column-sql.ts';
import type { Column } from './column.ts';
import { partsHandle } from './constraints.ts';
import { heirsOf, lastingParents } from './family.ts';
import { identitySequences } from './identity-sequence.ts';
import { shapeHandle } from './partitions.ts';
import type { Table } from './shape.ts';

/** Changes, drops and adds columns; what a parent gives or takes is its own step. Null where one cannot be had. */
export function changeColumns(before: Table, after: Table, world: World): readonly Step[] | null {
  const parents = lastingParents(before, after, world);
  const heirs = heirsOf(after.name, world);
  const [then, now] = [byName(withoutGiven(before, after)), byName(withoutGiven(after, before))];
  const named = namedNotNull(before, after);
  if (isBuiltOnRetyped(before, after)) return null;
  const found: (readonly Step[] | null)[] = [];
  for (const [name, column] of then) {
    const fresh = now.get(name);
    if (fresh === undefined) {
      if (before.partitionOf === null || parents.length === 0)
        found.push([dropColumn(before, column, heirs, parents)]);
      continue;
    }
    found.push(
      column.line === fresh.line
        ? []
        : changeColumn(column, fresh, {
            table: after.name,
            heirs,
            parents: parents.flatMap((parent) => {
              const [was, is] = [byName(parent.before).get(name), byName(parent.after).get(name)];
              return was === undefined || is === undefined
                ? []
                : [{ name: parent.after.name, before: was, after: is }];
            }),
            first: [`${after.name}#free`],
            named: named.has(name),
            world,
          }),
    );
  }
  let last: string | null = null;
  for (const [name, column] of now) {
    if (then.has(name)) continue;
    const given = parents.find((parent) => byName(parent.after).has(name))?.after;
    const is = given === undefined ? undefined : byName(given).get(name);
    if (is === undefined) {
      found.push(addColumn(after, column, heirs, last, named.has(name)));
      last = columnHandle(after.name, name);
    } else if (is.line !== column.line) {
      found.push(
        changeColumn(is, column, {
          table: after.name,
          heirs: [],
          parents: [],
          first: [columnHandle(after.name, name)],
          named: false,
          world,
        }),
      );
    }
  }
  return found.includes(null) ? null : found.flatMap((steps) => steps ?? []);
}

/** Partition keys and generated columns keep what they are made of from getting another type. */
function isBuiltOnRetyped(before: Table, after: Table): boolean {
  const built = mentionsOf(
    [after.partitionBy, ...after.columns.map(({ generated }) => generated)].join(' '),
  ).words;
  const now = byName(after);
  return before.columns.some((column) => {
    const fresh = now.get(column.name);
    return fresh !== undefined && isRetyped(column, fresh) && built.has(column.name);
  });
}

/** A partition has its identity from its parent, and only while it is one. */
function withoutGiven(table: Table, other: Table): Table {
  const alone = table.partitionOf !== null && table.partitionOf.parent !== other.partitionOf?.parent;
  return alone ? { ...table, columns: table.columns.map((column) => ({ ...column, identity: '' })) } : table;
}

function byName({ columns }: Table): ReadonlyMap<string, Column> {
  return new Map(columns.map((column) => [column.name, column]));
}

function dropColumn(
  table: Table,
  column: Column,
  heirs: readonly string[],
  parents: ReturnType<typeof lastingParents>,
): Step {
  // An heir may have said the column too, which cannot be seen: it drops its own, in any case.
  const alone = table.partitionBy === '' && heirs.length > 0 ? 'ONLY ' : '';
  const below = heirs.map((heir) => `own ${column.name} of ${heir}`);
  return step('dropColumn', `ALTER TABLE ${alone}${table.name} DROP COLUMN ${column.name}`, {
    drops: [
      columnHandle(table.name, column.name),
      ...identitySequences(table.name, column),
      shapeHandle(table.name),
      ...(alone === '' ? heirs.map((heir) => columnHandle(heir, column.name)) : []),
      ...(parents.length === 0 ? [] : [`own ${column.name} of ${table.name}`]),
    ],
    makes: [shapeHandle(table.name)],
    frees: mentionsOf(`${column.type} ${column.collation} ${column.default} ${column.generated}`, ...below),
    needs: mentionsOf('', `${table.name}#free`),
  });
}

function addColumn(
  table: Table,
  column: Column,
  heirs: readonly string[],
  last: string | null,
  named: boolean,
): readonly Step[] | null {
  const sql = columnSql({ ...column, notNull: column.notNull && !named });
  const settings = addColumnSettings(table.name, column);
  if (sql === null || settings === null) return null;
  const add = step('addColumn', `ALTER TABLE ${table.name} ADD COLUMN ${sql}`, {
    makes: [
      columnHandle(table.name, column.name),
      ...heirs.map((heir) => columnHandle(heir, column.name)),
      shapeHandle(table.name),
      partsHandle(table.name),
    ],
    drops: [shapeHandle(table.name)],
    needs: mentionsOf(
      `${column.type} ${column.collation} ${column.default}`,
      `${table.name}#free`,
      ...[...mentionsOf(column.generated).words].map((word) => columnHandle(table.name, word)),
      ...(last === null ? [] : [last]),
    ),
  });
  return [add, ...settings];
}
