import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';

export const truncate: HazardRule = {
  id: 'truncate',
  severity: 'high',
  sentence: 'TRUNCATE loses every row for good; with CASCADE also those of every table that refers to it.',
  advice: 'Delete the rows that are meant, with a WHERE and in batches; name every table instead of CASCADE.',
  equivalents: { squawk: ['ban-truncate-cascade'] },
  bad: 'TRUNCATE events;',
  good: "DELETE FROM events WHERE created_at < '2020-01-01';",
  find: ({ node, isNew }) => {
    if (node === null || !('TruncateStmt' in node)) return [];
    const { relations = [], behavior } = node.TruncateStmt;
    const others = behavior === 'DROP_CASCADE' ? ', and those of every table that refers to it' : '';
    return relations.flatMap((relation) => {
      if (!('RangeVar' in relation) || isNew(relation.RangeVar)) return [];
      return [`TRUNCATE loses every row of ${code(written(relation.RangeVar))}${others} for good.`];
    });
  },
};
