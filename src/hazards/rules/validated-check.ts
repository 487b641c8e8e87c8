import { code, nextMigration, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { addedColumn, addedConstraint, columnConstraint, tableCommands } from '../tree.ts';

export const validatedCheck: HazardRule = {
  id: 'validated-check',
  severity: 'high',
  sentence: 'Adding a CHECK constraint reads every row while the table is locked against reads and writes.',
  advice:
    'Add it with NOT VALID, and VALIDATE CONSTRAINT in a later migration, which lets reads and writes pass. With pgm: `pgm.sql(\'ALTER TABLE "orders" ADD CONSTRAINT … CHECK (…) NOT VALID\')`.',
  equivalents: {
    squawk: ['constraint-missing-not-valid'],
    atlas: ['PG305'],
    eugene: ['E1'],
    strong_migrations: ['add_check_constraint'],
    'pg-schema-diff': ['ACQUIRES_ACCESS_EXCLUSIVE_LOCK'],
  },
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0);',
  good: `ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;
${nextMigration}
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;`,
  find: ({ node, isNew }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      const column = addedColumn(command);
      const constraint =
        addedConstraint(command) ?? (column === null ? null : columnConstraint(column, 'CONSTR_CHECK'));
      if (constraint?.contype !== 'CONSTR_CHECK' || isNew(table)) return [];
      if (constraint.skip_validation === true || constraint.is_enforced !== true) return [];
      const name = constraint.conname === undefined ? '' : ` ${code(constraint.conname)}`;
      return [
        `Adding the CHECK constraint${name} reads every row while ${code(written(table))} is locked against reads and writes.`,
      ];
    }),
};
