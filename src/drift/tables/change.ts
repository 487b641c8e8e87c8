import type { SchemaObject, Work } from '../kind.ts';
import { columnHandle, mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { changeColumn, isRetyped } from './change-column.ts';
import { changeConstraints, namedNotNull } from './change-constraints.ts';
import { addColumnSettings, columnSql } from './column-sql.ts';
import type { Column } from './column.ts';
import { partsHandle } from './constraints.ts';
import { heirsOf, lastingParents } from './family.ts';
import { attach, detach, shapeHandle } from './partitions.ts';
import { changeSettings } from './set.ts';
import type { Table } from './shape.ts';

/** Turns one table into the other, clause by clause; null where a clause cannot be changed, or is not understood. */
export function changeTable(from: SchemaObject, to: SchemaObject, world: World): Work | null {
  const [before, after] = [world.tablesBefore.get(from.name), world.tablesAfter.get(to.name)];
  if (before === undefined || after === undefined || !canBecome(before, after)) return null;
  const columns = changeColumns(before, after, world);
  const constraints = changeConstraints(before, after, world);
  const links = changeParents(before, after);
  if (columns === null || constraints === null || links === null) return null;
  const steps = [...links, ...columns, ...constraints, ...changeSettings(before, after, before.owner)];
  const remains = asItWillBe(before, after, to.definition);
  return { steps, ...(remains === to.definition ? {} : { remains }) };
}

function canBecome(before: Table, after: Table): boolean {
  const lasting = ['of', 'partitionBy', 'server', 'using', 'tablespace'] as const;
  // Whose a table is that says nothing of it, is known only where it is.
  const isOwned = after.owner !== '' || before.owner === '';
  return isOwned && lasting.every((clause) => before[clause] === after[clause]);
}

/** Null where the order of parents would be another, which PostgreSQL keeps. */
function changeParents(before: Table, after: Table): readonly Step[] | null {
  const steps: Step[] = [];
  const [then, now] = [before.partitionOf, after.partitionOf];
  if (then?.parent !== now?.parent || then?.bound !== now?.bound) {
    if (then !== null) steps.push(detach(before, then));
    if (now !== null) steps.push(attach(after, now));
  }
  const kept = before.inherits.filter((parent) => after.inherits.includes(parent));
  const added = after.inherits.filter((parent) => !before.inherits.includes(parent));
  if ([...kept, ...added].join() !== after.inherits.join()) return null;
  const { name } = after;
  return [
    ...steps,
    ...before.inherits
      .filter((parent) => !kept.includes(parent))
      .map((parent) =>
        step('detach', `ALTER TABLE ${name} NO INHERIT ${parent}`, {
          makes: [`${name}#free`],
          frees: mentionsOf('', parent, shapeHandle(parent)),
        }),
      ),
    ...added.map((parent) =>
      step('attach', `ALTER TABLE ${name} INHERIT ${parent}`, {
        needs: mentionsOf('', parent, partsHandle(name), partsHandle(parent), shapeHandle(parent)),
      }),
    ),
  ];
}

function changeColumns(before: Table, after: Table, world: World): readonly Step[] | null {
  const parents = lastingParents(before, after, world);
  const heirs = heirsOf(after.name, world);
  const [then, now] = [byName(withoutGiven(before, after)), byName(withoutGiven(after, before))];
  const named = namedNotNull(before, after);
  if (isBuiltOnRetyped(before, after)) return null;
  const found: (readonly Step[] | null)[] = [];
  for (const [name, column] of then) {
    const fresh = now.get(name);
    if (fresh === undefined) {
      if (before.partitionOf === null || parents.length === 0) found.push([dropColumn(before, column, heirs, parents)]);
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
              return was === undefined || is === undefined ? [] : [{ before: was, after: is }];
            }),
            first: [`${after.name}#free`],
            named: named.has(name),
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
      found.push(changeColumn(is, column, { table: after.name, heirs: [], parents: [], first: [columnHandle(after.name, name)], named: false }));
    }
  }
  return found.includes(null) ? null : found.flatMap((steps) => steps ?? []);
}

/** Partition keys and generated columns keep what they are made of from getting another type. */
function isBuiltOnRetyped(before: Table, after: Table): boolean {
  const built = mentionsOf([after.partitionBy, ...after.columns.map(({ generated }) => generated)].join(' ')).words;
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

/** The definition after the steps: columns that are new stand last. */
function asItWillBe(before: Table, after: Table, definition: string): string {
  const names = new Set(before.columns.map(({ name }) => name));
  const old = before.columns.flatMap(({ name }) => after.columns.find((column) => column.name === name) ?? []);
  const order = [...old, ...after.columns.filter(({ name }) => !names.has(name))];
  const linesOf = (columns: readonly Column[]): string => columns.map(({ line }) => `  ${line}`).join(',\n');
  const start = `${after.name} (\n`;
  const at = definition.indexOf(start) + start.length;
  const written = linesOf(after.columns);
  return `${definition.slice(0, at)}${linesOf(order)}${definition.slice(at + written.length)}`;
}
