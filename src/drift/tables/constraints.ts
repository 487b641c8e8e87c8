import { columnHandle, mentionsOf } from '../sql/mentions.ts';
import { inParentheses, nameAt, partsOfName, placeOf, splitAt, stretchOf, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import type { Constraint, Table } from './shape.ts';

/** Stands for whatever makes a table's rows unique: foreign keys and views are built on it. */
export function uniqueHandle(table: string): string {
  return `${table}#unique`;
}

/** Stands for everything that a table has, to wait for. */
export function partsHandle(table: string): string {
  return `${table}#parts`;
}

/** Which kind of constraint it is, by its first word. */
export function isOf({ text }: Constraint, ...words: readonly string[]): boolean {
  return words.some((word) => text.startsWith(word));
}

/** The handles of a constraint: its own, its index's. */
export function constraintHandles(table: string, constraint: Constraint): readonly string[] {
  const own = `constraint ${constraint.name} on ${table}`;
  if (!isOf(constraint, 'PRIMARY KEY', 'UNIQUE', 'EXCLUDE')) return [own];
  const [schema = ''] = partsOfName(table);
  const handles = [own, `${schema}.${constraint.name}`];
  return isOf(constraint, 'EXCLUDE') ? handles : [...handles, uniqueHandle(table)];
}

/** The table that a foreign key refers to, and the columns there; null for all else. */
export function referenceOf(constraint: Constraint): { table: string; columns: readonly string[] } | null {
  const stretch = stretchOf(constraint.text);
  if (stretch === null || !isOf(constraint, 'FOREIGN KEY')) return null;
  const to = nameAt(stretch, placeOf(stretch, ['REFERENCES']) + 1);
  const columns = to === null ? null : inParentheses(stretch, to.after);
  return to === null || columns === null
    ? null
    : { table: to.name, columns: splitAt(columns.inner, ',').map(written) };
}

/** The first list of columns: of a key its own. */
export function columnsOf(constraint: Constraint): readonly string[] {
  const stretch = stretchOf(constraint.text);
  const open = stretch?.tokens.findIndex(({ text }) => text === '(') ?? -1;
  const list = stretch === null ? null : inParentheses(stretch, open);
  return list === null ? [] : splitAt(list.inner, ',').map(written);
}

/**
 * Without the foreign keys that PostgreSQL makes by itself: one that refers to a partitioned table has a copy for each
 * of its partitions.
 */
export function ownConstraints(table: Table, tables: ReadonlyMap<string, Table>): readonly Constraint[] {
  return table.constraints.filter((constraint) => {
    let partition = referenceOf(constraint)?.table;
    let text = constraint.text;
    while (partition !== undefined) {
      const parent = tables.get(partition)?.partitionOf?.parent;
      if (parent === undefined) return true;
      text = text.replace(` REFERENCES ${partition}(`, ` REFERENCES ${parent}(`);
      if (table.constraints.some((other) => other.text === text)) return false;
      partition = parent;
    }
    return true;
  });
}

export function addConstraint(table: string, constraint: Constraint): Step {
  const reference = referenceOf(constraint);
  return step(
    reference === null ? 'constraint' : 'foreignKey',
    `ALTER TABLE ${table} ADD ${sqlOf(constraint)}`,
    {
      makes: [...constraintHandles(table, constraint), partsHandle(table)],
      needs: needsOf(table, constraint),
    },
  );
}

export function dropConstraint(table: string, constraint: Constraint, ifExists = false): Step {
  return step(
    'dropConstraint',
    `ALTER TABLE ${table} DROP CONSTRAINT ${ifExists ? 'IF EXISTS ' : ''}${constraint.name}`,
    {
      drops: constraintHandles(table, constraint),
      frees: needsOf(table, constraint),
    },
  );
}

export function sqlOf({ name, text }: Constraint): string {
  return `CONSTRAINT ${name} ${text}`;
}

function needsOf(table: string, constraint: Constraint): ReturnType<typeof mentionsOf> {
  const reference = referenceOf(constraint);
  const handles = columnWords(constraint).map((word) => columnHandle(table, word));
  return mentionsOf(
    constraint.text,
    table,
    ...handles,
    ...(reference === null ? [] : [uniqueHandle(reference.table)]),
  );
}

function columnWords(constraint: Constraint): readonly string[] {
  return [...mentionsOf(constraint.text).words];
}
