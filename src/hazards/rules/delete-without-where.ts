import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { nodesOf, restrictsNothing } from '../tree.ts';

export const deleteWithoutWhere: HazardRule = {
  id: 'delete-without-where',
  severity: 'high',
  sentence: 'DELETE without WHERE loses every row of the table for good.',
  advice: 'Say which rows are meant in a WHERE, and delete many of them in batches.',
  equivalents: {},
  bad: 'DELETE FROM events;',
  good: "DELETE FROM events WHERE created_at < '2020-01-01';",
  find: ({ node, isNew }) =>
    nodesOf(node, 'DeleteStmt').flatMap(({ relation, whereClause }) => {
      if (!restrictsNothing(whereClause) || isNew(relation)) return [];
      return [`DELETE without WHERE loses every row of ${code(written(relation))} for good.`];
    }),
};
