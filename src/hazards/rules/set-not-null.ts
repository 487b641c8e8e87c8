import { code, nextMigration, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { addedConstraint, tableCommands } from '../tree.ts';

export const setNotNull: HazardRule = {
  id: 'set-not-null',
  severity: 'high',
  sentence:
    'SET NOT NULL reads every row while the table is locked against reads and writes, unless a checked constraint already proves that there is no NULL.',
  advice:
    'Add CHECK (… IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT it in a later migration, then SET NOT NULL, which finds the proof and reads nothing, and drop the CHECK.',
  equivalents: {
    squawk: ['adding-not-nullable-field'],
    atlas: ['PG303', 'MF104'],
    eugene: ['E2'],
    strong_migrations: ['change_column_null'],
    'pg-schema-diff': ['ACQUIRES_ACCESS_EXCLUSIVE_LOCK'],
  },
  bad: 'ALTER TABLE orders ALTER COLUMN email SET NOT NULL;',
  good: `ALTER TABLE orders ADD CONSTRAINT orders_email_present CHECK (email IS NOT NULL) NOT VALID;
${nextMigration}
ALTER TABLE orders VALIDATE CONSTRAINT orders_email_present;
${nextMigration}
ALTER TABLE orders ALTER COLUMN email SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_email_present;`,
  find: ({ node, isNew, isProvenNotNull }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      const constraint = addedConstraint(command);
      const isAdded = constraint?.contype === 'CONSTR_NOTNULL' && constraint.skip_validation !== true;
      const key = constraint?.keys?.[0];
      const named = key !== undefined && 'String' in key ? key.String.sval : undefined;
      const column = (command.subtype === 'AT_SetNotNull' ? command.name : named) ?? '';
      if (command.subtype !== 'AT_SetNotNull' && !isAdded) return [];
      if (isNew(table) || isProvenNotNull(table, column)) return [];
      return [
        `Making ${code(column)} NOT NULL reads every row while ${code(written(table))} is locked against reads and writes, and fails where one is NULL.`,
      ];
    }),
};
