import type { SchemaChange } from '../domain/schema-diff.ts';

/** The tables that a schema diff takes away, or takes columns from: qualified and quoted, as PostgreSQL does. */
export function tablesThatLose(schemaDiff: readonly SchemaChange[]): readonly string[] {
  return schemaDiff
    .filter(({ kind, before, after }) => kind === 'table' && before !== null && losesColumns(before, after))
    .map(({ name }) => name);
}

function losesColumns(before: string, after: string | null): boolean {
  const left = new Set(columnsOf(after ?? ''));
  return after === null || columnsOf(before).some((column) => !left.has(column));
}

/** A column is a line of its own in what the catalog says of a table, indented by two, its name first. */
function columnsOf(definition: string): readonly string[] {
  const columns = definition.matchAll(/^ {2}(?!CONSTRAINT )("(?:[^"]|"")+"|[^\s"]+) /gm);
  return [...columns].map(([, name = '']) => name);
}
