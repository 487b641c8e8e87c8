import { code, nextMigration, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { addedColumn, addedConstraint, columnConstraint, tableCommands } from '../tree.ts';

export const validatedForeignKey: HazardRule = {
  id: 'validated-foreign-key',
  severity: 'high',
  sentence:
    'Adding a foreign key checks every row that is there, and blocks writes to both tables until that is done.',
  advice:
    'Add it with NOT VALID, and VALIDATE CONSTRAINT in a later migration, which lets writes pass. With pgm: `pgm.sql(\'ALTER TABLE "orders" ADD CONSTRAINT … FOREIGN KEY … NOT VALID\')`, since addConstraint has no such option.',
  equivalents: {
    squawk: ['adding-foreign-key-constraint'],
    atlas: ['PG306'],
    eugene: ['E1'],
    strong_migrations: ['add_foreign_key'],
    'pg-schema-diff': ['ACQUIRES_SHARE_ROW_EXCLUSIVE_LOCK'],
  },
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);',
  good: `ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
${nextMigration}
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;`,
  find: ({ node, isNew }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      const column = addedColumn(command);
      // A new column without a default is all NULL, and PostgreSQL checks no row for it.
      const isFilled =
        column !== null && columnConstraint(column, 'CONSTR_DEFAULT', 'CONSTR_GENERATED') !== null;
      const constraint =
        addedConstraint(command) ?? (isFilled ? columnConstraint(column, 'CONSTR_FOREIGN') : null);
      if (constraint?.contype !== 'CONSTR_FOREIGN' || isNew(table)) return [];
      if (constraint.skip_validation === true || constraint.is_enforced !== true) return [];
      const both = `${code(written(table))} and ${code(written(constraint.pktable))}`;
      const name = constraint.conname === undefined ? '' : ` ${code(constraint.conname)}`;
      return [
        `Adding the foreign key${name} checks every row, and blocks writes to ${both} until that is done.`,
      ];
    }),
};
