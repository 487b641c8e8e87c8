import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { addedColumn, columnConstraint, isSerial, tableCommands } from '../tree.ts';

export const requiredColumn: HazardRule = {
  id: 'required-column',
  severity: 'high',
  sentence:
    'A NOT NULL column without a default cannot be added to a table that has rows: it passes on an empty shadow and fails on the target.',
  advice:
    "Give it a constant DEFAULT (`pgm.addColumns('orders', { state: { type: 'text', notNull: true, default: 'open' } })`), or add it without NOT NULL, fill it in batches, and make it NOT NULL later.",
  equivalents: { squawk: ['adding-required-field'], atlas: ['MF103'] },
  bad: 'ALTER TABLE orders ADD COLUMN state text NOT NULL;',
  good: "ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'open';",
  find: ({ node, isNew }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      const column = addedColumn(command);
      if (column === null || isNew(table) || isSerial(column)) return [];
      const isRequired = columnConstraint(column, 'CONSTR_NOTNULL', 'CONSTR_PRIMARY') !== null;
      const isFilled =
        columnConstraint(column, 'CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED') !== null;
      if (!isRequired || isFilled) return [];
      return [
        `The column ${code(column.colname ?? '?')} is NOT NULL and has no default: adding it fails as soon as ${code(written(table))} has a row.`,
      ];
    }),
};
