import type { ColumnDef } from 'libpg-query';
import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { addedColumn, columnConstraint, isSerial, nodesOf, tableCommands } from '../tree.ts';

export const addColumnRewrite: HazardRule = {
  id: 'add-column-rewrite',
  severity: 'high',
  sentence:
    'A new column whose value differs from row to row (a volatile default, serial, identity, stored generated) writes the whole table anew while it is locked against reads and writes.',
  advice:
    "Add the column without a default, then ALTER COLUMN … SET DEFAULT for new rows, and fill the old rows in batches: `pgm.addColumns('orders', { token: 'uuid' })` and `pgm.alterColumn('orders', 'token', { default: pgm.func('gen_random_uuid()') })`.",
  equivalents: {
    squawk: ['adding-field-with-default'],
    atlas: ['PG302', 'PG309', 'PG310'],
    eugene: ['E10', 'E11'],
    strong_migrations: ['add_column_default', 'add_column_auto_incrementing', 'add_column_generated_stored'],
    'pg-schema-diff': ['ACQUIRES_ACCESS_EXCLUSIVE_LOCK'],
  },
  bad: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();',
  good: `ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();`,
  find: ({ node, isNew, rewrites }) => {
    const commands = tableCommands(node);
    const isOnlyCause = !commands.some(({ command }) => command.subtype === 'AT_AlterColumnType');
    return commands.flatMap(({ table, command }) => {
      const column = addedColumn(command);
      if (column === null || isNew(table) || rewrites?.length === 0) return [];
      if (!mayDiffer(column) && !(rewrites !== null && isOnlyCause)) return [];
      return [
        `Adding ${code(column.colname ?? '?')} writes every row of ${code(written(table))} anew while it is locked against reads and writes.`,
      ];
    });
  },
};

/** Whether the column's values can differ from row to row, as far as its definition tells. */
function mayDiffer(column: ColumnDef): boolean {
  if (isSerial(column) || columnConstraint(column, 'CONSTR_IDENTITY') !== null) return true;
  const generated = columnConstraint(column, 'CONSTR_GENERATED');
  if (generated !== null) return generated.generated_kind !== 'v';
  return nodesOf(columnConstraint(column, 'CONSTR_DEFAULT'), 'FuncCall').length > 0;
}
