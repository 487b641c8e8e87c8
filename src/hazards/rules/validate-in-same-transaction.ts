import { code, nextMigration, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { tableCommands } from '../tree.ts';

export const validateInSameTransaction: HazardRule = {
  id: 'validate-in-same-transaction',
  severity: 'high',
  sentence:
    'VALIDATE CONSTRAINT reads every row; after an ALTER TABLE in the same transaction the table stays locked all the while.',
  advice:
    'Put VALIDATE CONSTRAINT into a migration of its own, so that the lock of the earlier statement is gone by then.',
  equivalents: {
    squawk: ['constraint-missing-not-valid'],
    eugene: ['E4'],
    strong_migrations: ['validate_foreign_key'],
  },
  bad: `ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;`,
  good: `ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;
${nextMigration}
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;`,
  find: ({ node, isNew, isHeldBefore }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      if (command.subtype !== 'AT_ValidateConstraint' || isNew(table) || !isHeldBefore(table)) return [];
      return [
        `Validating ${code(command.name ?? 'a constraint')} reads every row while an earlier statement of the same transaction keeps ${code(written(table))} locked.`,
      ];
    }),
};
