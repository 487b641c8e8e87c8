import { code, outsideTransaction, type HazardRule } from '../rule.ts';
import { hasOption } from '../tree.ts';
import { written } from '../relations.ts';

export const nonConcurrentReindex: HazardRule = {
  id: 'non-concurrent-reindex',
  severity: 'high',
  sentence:
    'REINDEX without CONCURRENTLY blocks writes to the table, and reads that would use the index, until it is built anew.',
  advice:
    "Use REINDEX (CONCURRENTLY), outside a transaction: `pgm.noTransaction()` and `pgm.sql('REINDEX …')`.",
  equivalents: { squawk: ['require-concurrent-reindex'] },
  bad: 'REINDEX TABLE orders;',
  good: `${outsideTransaction}\nREINDEX TABLE CONCURRENTLY orders;`,
  find: ({ node, isNew }) => {
    if (node === null || !('ReindexStmt' in node)) return [];
    const { relation, name, params } = node.ReindexStmt;
    if (hasOption(params, 'concurrently') || isNew(relation)) return [];
    const subject = code(relation === undefined ? (name ?? 'the database') : written(relation));
    return [
      `Building the indexes of ${subject} anew blocks writes to it, and reads that use them, until they are complete.`,
    ];
  },
};
