import { code, outsideTransaction, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { rangeOf } from '../new-relations.ts';

export const nonConcurrentIndexDrop: HazardRule = {
  id: 'non-concurrent-index-drop',
  severity: 'medium',
  sentence:
    'Dropping an index without CONCURRENTLY locks its table against reads and writes, and waits for every query on it first while new ones queue behind.',
  advice:
    "Drop it with DROP INDEX CONCURRENTLY, in a migration of its own outside a transaction: `pgm.noTransaction()` and `pgm.dropIndex('orders', 'email', { concurrently: true })`.",
  equivalents: {
    squawk: ['require-concurrent-index-deletion'],
    atlas: ['PG102'],
    strong_migrations: ['remove_index'],
    'pg-schema-diff': ['ACQUIRES_ACCESS_EXCLUSIVE_LOCK'],
  },
  bad: 'DROP INDEX orders_email_idx;',
  good: `${outsideTransaction}\nDROP INDEX CONCURRENTLY orders_email_idx;`,
  find: ({ node, isNew }) => {
    if (node === null || !('DropStmt' in node)) return [];
    const { removeType, concurrent, objects = [] } = node.DropStmt;
    if (removeType !== 'OBJECT_INDEX' || concurrent === true) return [];
    return objects.flatMap((object) => {
      const index = rangeOf(object);
      if (index === null || isNew(index)) return [];
      return [
        `Dropping the index ${code(written(index))} locks its table against reads and writes, and waits for every query on it first.`,
      ];
    });
  },
};
