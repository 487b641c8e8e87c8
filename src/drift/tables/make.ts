import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { notNullColumn } from './change-constraints.ts';
import { addColumnSettings, columnSql } from './column-sql.ts';
import type { Column } from './column.ts';
import {
  addConstraint,
  columnsOf,
  constraintHandles,
  isOf,
  ownConstraints,
  partsHandle,
  sqlOf,
} from './constraints.ts';
import { serverFrom, serverHandles } from './options.ts';
import { attach } from './partitions.ts';
import { changeSettings } from './set.ts';
import { tableOf, type Constraint, type Table } from './shape.ts';

/** A new table: foreign keys, and what cannot be said in CREATE TABLE, in statements of their own. */
export function makeTable(object: SchemaObject, world: World): readonly Step[] | null {
  const table = tableOf(object);
  if (table?.of !== '') return null;
  const columns = ownColumns(table, world);
  if (columns === null || (table.server !== '' && serverFrom(table.server) === null)) return null;
  const constraints = ownConstraints(table, world.tablesAfter).filter(
    (constraint) => !isInherited(constraint, table, world),
  );
  const isInline = inlineAmong(constraints);
  const [inline, later] = [constraints.filter(isInline), constraints.filter((one) => !isInline(one))];
  const named = new Set(constraints.filter((one) => isOf(one, 'NOT NULL')).map(notNullColumn));
  const lines = columns.map((column) =>
    columnSql({ ...column, notNull: column.notNull && !named.has(column.name) }),
  );
  const settings = columns.map((column) => addColumnSettings(table.name, column));
  if (lines.includes(null) || settings.includes(null)) return null;
  const create = createSql(table, [...lines.map(String), ...inline.map(sqlOf)]);
  return [
    step('makeTable', create, {
      makes: [
        table.name,
        `${object.kind} ${object.name}`,
        partsHandle(table.name),
        ...inline.flatMap((constraint) => constraintHandles(table.name, constraint)),
      ],
      needs: mentionsOf(
        create,
        ...serverHandles(table),
        ...table.inherits.map((parent) => `${parent}#shape`),
      ),
    }),
    ...settings.flatMap((steps) => steps ?? []),
    ...later.map((constraint) => addConstraint(table.name, constraint)),
    ...changeSettings(null, table, ''),
    ...(table.partitionOf === null ? [] : [attach(table, table.partitionOf)]),
  ];
}

function createSql(table: Table, lines: readonly string[]): string {
  const head = `CREATE ${table.unlogged ? 'UNLOGGED ' : ''}${table.foreign ? 'FOREIGN ' : ''}TABLE ${table.name}`;
  const tail = [
    table.inherits.length > 0 ? `INHERITS (${table.inherits.join(', ')})` : '',
    table.partitionBy,
    table.server,
    table.using,
    table.options.length > 0 ? `WITH (${table.options.join(', ')})` : '',
    table.tablespace,
  ];
  const body = lines.length === 0 ? '()' : `(\n${lines.map((line) => `  ${line}`).join(',\n')}\n)`;
  return [head, body, ...tail.filter((clause) => clause !== '')].join(' ');
}

/** Of two keys of the same columns CREATE TABLE makes one. */
function inlineAmong(constraints: readonly Constraint[]): (constraint: Constraint) => boolean {
  return (constraint) => {
    if (isOf(constraint, 'FOREIGN KEY') || constraint.text.endsWith(' NOT VALID')) return false;
    if (!isOf(constraint, 'UNIQUE')) return true;
    const columns = columnsOf(constraint).join();
    return !constraints.some(
      (other) =>
        other !== constraint && isOf(other, 'UNIQUE', 'PRIMARY KEY') && columnsOf(other).join() === columns,
    );
  };
}

/** What a parent does not give it; null where its columns would come in another order than its own. */
function ownColumns(table: Table, { tablesAfter }: World): readonly Column[] | null {
  const { partitionOf } = table;
  if (partitionOf !== null) {
    const parent = tablesAfter.get(partitionOf.parent);
    const identities = new Set(
      parent?.columns.filter(({ identity }) => identity !== '').map(({ name }) => name),
    );
    return table.columns.map((column) =>
      identities.has(column.name) ? { ...column, identity: '' } : column,
    );
  }
  const parents = table.inherits.map((name) => tablesAfter.get(name));
  const given = parents.flatMap((parent) => parent?.columns ?? []);
  if (parents.includes(undefined)) return null;
  const lines = new Set(given.map(({ line }) => line));
  const order = [...new Set([...given, ...table.columns].map(({ name }) => name))];
  if (order.some((name, index) => table.columns[index]?.name !== name)) return null;
  return table.columns.filter(({ line }) => !lines.has(line));
}

function isInherited({ name, text }: Constraint, table: Table, { tablesAfter }: World): boolean {
  return table.inherits.some((parent) =>
    tablesAfter
      .get(parent)
      ?.constraints.some(
        (one) => one.name === name && one.text === text && isOf(one, 'CHECK') && !text.includes('NO INHERIT'),
      ),
  );
}
