import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { tableCommands } from '../tree.ts';

export const typeChangeRewrite: HazardRule = {
  id: 'type-change-rewrite',
  severity: 'high',
  sentence:
    "Changing a column's type writes the whole table and its indexes anew while it is locked against reads and writes.",
  advice:
    'Add a second column of the new type, write both, fill the old rows in batches, and switch over; or stay with a change that needs no rewrite, such as a longer varchar, or varchar to text.',
  equivalents: {
    squawk: ['changing-column-type'],
    atlas: ['PG301'],
    eugene: ['E5', 'E10'],
    strong_migrations: ['change_column'],
    'pg-schema-diff': ['ACQUIRES_ACCESS_EXCLUSIVE_LOCK'],
  },
  bad: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
  good: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(40);',
  find: ({ node, isNew, rewrites }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      if (command.subtype !== 'AT_AlterColumnType' || isNew(table) || rewrites?.length === 0) return [];
      return [
        `Changing the type of ${code(command.name ?? '?')} writes ${code(written(table))} anew while it is locked against reads and writes.`,
      ];
    }),
};
