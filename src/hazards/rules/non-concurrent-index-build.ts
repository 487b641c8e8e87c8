import { code, outsideTransaction, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';

export const nonConcurrentIndexBuild: HazardRule = {
  id: 'non-concurrent-index-build',
  severity: 'high',
  sentence:
    'Building an index without CONCURRENTLY blocks every write to the table until the index is complete.',
  advice:
    "Build it with CREATE INDEX CONCURRENTLY, in a migration of its own outside a transaction: `pgm.noTransaction()` and `pgm.createIndex('orders', 'email', { concurrently: true })`.",
  equivalents: {
    squawk: ['require-concurrent-index-creation'],
    atlas: ['PG101'],
    eugene: ['E6'],
    strong_migrations: ['add_index', 'add_reference'],
    'pg-schema-diff': ['ACQUIRES_SHARE_LOCK'],
  },
  bad: 'CREATE INDEX orders_customer_idx ON orders (customer_id);',
  good: `${outsideTransaction}\nCREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);`,
  find: ({ node, isNew }) => {
    if (node === null || !('IndexStmt' in node)) return [];
    const { relation, concurrent, idxname, unique } = node.IndexStmt;
    if (concurrent === true || isNew(relation)) return [];
    const kind = unique === true ? 'unique index' : 'index';
    const index = idxname === undefined ? `the ${kind}` : `the ${kind} ${code(idxname)}`;
    return [`Building ${index} blocks every write to ${code(written(relation))} until it is complete.`];
  },
};
