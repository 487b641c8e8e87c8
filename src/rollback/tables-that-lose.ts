import type { SchemaChange } from '../domain/schema-diff.ts';

/** The tables that a schema diff takes away, or takes columns from: qualified and quoted, as PostgreSQL does. */
export function tablesThatLose(schemaDiff: readonly SchemaChange[]): readonly string[] {
  return schemaDiff
    .filter(({ kind, before, after }) => kind === 'table' && before !== null && losesColumns(before, after))
    .map(({ name }) => name);
}

/** Those of them that keep all they had, under names of their own or of their columns that are others now. */
export function withoutRenamed(
  tables: readonly string[],
  schemaDiff: readonly SchemaChange[],
): readonly string[] {
  const ofTables = schemaDiff.filter(({ kind }) => kind === 'table');
  const added = ofTables.flatMap(({ change, after }) => (change === 'added' ? [after] : []));
  return tables.filter((table) => {
    const change = ofTables.find(({ name }) => name === table);
    if (change === undefined || change.before === null) return true;
    const { before, after } = change;
    return !(after === null ? added : [after]).some((now) => hasAllOf(before, now ?? ''));
  });
}

/** Whether columns of the same types are there, in the same places or further on. */
function hasAllOf(before: string, after: string): boolean {
  const left = columnsOf(after);
  return columnsOf(before).every(({ name, type }) => {
    const same = left.findIndex((one) => one.name === name);
    const at = same === -1 ? left.findIndex((one) => one.type === type) : same;
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
}

function losesColumns(before: string, after: string | null): boolean {
  const left = new Set(columnsOf(after ?? '').map(({ name }) => name));
  return after === null || columnsOf(before).some(({ name }) => !left.has(name));
}

interface Column {
  readonly name: string;
  /** And all that is said of it. */
  readonly type: string;
}

/** A column is a line of its own in what the catalog says of a table, indented by two, its name first. */
function columnsOf(definition: string): Column[] {
  const columns = definition.matchAll(/^ {2}(?!CONSTRAINT )("(?:[^"]|"")+"|[^\s"]+) (.*?),?$/gm);
  return [...columns].map(([, name = '', type = '']) => ({ name, type }));
}
