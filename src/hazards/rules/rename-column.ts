import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';

export const renameColumn: HazardRule = {
  id: 'rename-column',
  severity: 'high',
  sentence:
    'Renaming a column breaks every query of the running application that uses the old name, at once.',
  advice:
    'Add a column of the new name, write both, fill the old rows in batches, release an application that uses the new one, and drop the old one later.',
  equivalents: { squawk: ['renaming-column'], atlas: ['BC102'], strong_migrations: ['rename_column'] },
  bad: 'ALTER TABLE orders RENAME COLUMN email TO contact;',
  good: 'ALTER TABLE orders ADD COLUMN contact text;',
  find: ({ node, isNew }) => {
    if (node === null || !('RenameStmt' in node)) return [];
    const { renameType, relation, subname = '?', newname = '?' } = node.RenameStmt;
    if (renameType !== 'OBJECT_COLUMN' || isNew(relation)) return [];
    const old = code(`${written(relation)}.${subname}`);
    return [
      `Renaming the column ${old} to ${code(newname)} breaks every query that uses the old name, at once.`,
    ];
  },
};
