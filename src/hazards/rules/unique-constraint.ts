import { code, nextMigration, outsideTransaction, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { addedColumn, addedConstraint, columnConstraint, tableCommands } from '../tree.ts';

const words: Readonly<Record<string, string>> = {
  CONSTR_PRIMARY: 'PRIMARY KEY',
  CONSTR_UNIQUE: 'UNIQUE',
  CONSTR_EXCLUSION: 'EXCLUDE',
};

export const uniqueConstraint: HazardRule = {
  id: 'unique-constraint',
  severity: 'high',
  sentence:
    'Adding a PRIMARY KEY, UNIQUE or EXCLUDE constraint builds its index while the table is locked against reads and writes.',
  advice:
    "Build the unique index with CREATE UNIQUE INDEX CONCURRENTLY in a migration outside a transaction (`pgm.createIndex('orders', 'code', { unique: true, concurrently: true })`), then ALTER TABLE … ADD CONSTRAINT … UNIQUE USING INDEX … in a later one. EXCLUDE has no such way: add it to a new table.",
  equivalents: {
    squawk: ['disallowed-unique-constraint', 'adding-serial-primary-key-field'],
    atlas: ['PG104', 'PG105', 'PG109', 'PG304', 'MF101', 'MF102'],
    eugene: ['E7', 'E8', 'W14'],
    strong_migrations: ['add_unique_constraint', 'add_exclusion_constraint'],
  },
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);',
  good: `${outsideTransaction}
CREATE UNIQUE INDEX CONCURRENTLY orders_code_key ON orders (code);
${nextMigration}
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_key;`,
  find: ({ node, isNew }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      const column = addedColumn(command);
      const constraint =
        addedConstraint(command) ??
        (column === null ? null : columnConstraint(column, 'CONSTR_PRIMARY', 'CONSTR_UNIQUE'));
      const kind = words[constraint?.contype ?? ''];
      if (kind === undefined || constraint?.indexname !== undefined || isNew(table)) return [];
      const name = constraint?.conname === undefined ? '' : ` ${code(constraint.conname)}`;
      return [
        `Adding the ${kind} constraint${name} builds its index while ${code(written(table))} is locked against reads and writes.`,
      ];
    }),
};
