import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { nodesOf, restrictsNothing } from '../tree.ts';

export const updateWithoutWhere: HazardRule = {
  id: 'update-without-where',
  severity: 'high',
  sentence:
    'UPDATE without WHERE writes every row in one transaction: whoever writes to the table waits until its end, and the table doubles in size.',
  advice: 'Say which rows are meant in a WHERE, and fill a large table in batches outside of migrations.',
  equivalents: {},
  bad: 'UPDATE orders SET total = 0;',
  good: 'UPDATE orders SET total = 0 WHERE total IS NULL AND id BETWEEN 1 AND 1000;',
  find: ({ node, isNew }) =>
    nodesOf(node, 'UpdateStmt').flatMap(({ relation, whereClause }) => {
      if (!restrictsNothing(whereClause) || isNew(relation)) return [];
      return [
        `UPDATE without WHERE writes every row of ${code(written(relation))}, and other writers of it wait until the end.`,
      ];
    }),
};
