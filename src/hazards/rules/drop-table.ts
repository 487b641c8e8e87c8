import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { rangeOf } from '../new-relations.ts';

export const dropTable: HazardRule = {
  id: 'drop-table',
  severity: 'high',
  sentence: 'Dropping a table loses its rows for good, and breaks everything that still uses it.',
  advice:
    'First take away the access to it and see that nobody misses it; drop it in a later pull request, with a waiver that says so and a backup that holds its rows.',
  equivalents: {
    squawk: ['ban-drop-table'],
    atlas: ['DS102'],
    'pg-schema-diff': ['DELETES_DATA'],
  },
  bad: 'DROP TABLE events CASCADE;',
  good: 'REVOKE ALL ON events FROM PUBLIC;',
  find: ({ node, isNew }) => {
    if (node === null || !('DropStmt' in node)) return [];
    const { removeType, objects = [], behavior } = node.DropStmt;
    if (removeType !== 'OBJECT_TABLE' && removeType !== 'OBJECT_FOREIGN_TABLE') return [];
    const cascade = behavior === 'DROP_CASCADE' ? ', with all that depends on it (CASCADE)' : '';
    return objects.flatMap((object) => {
      const table = rangeOf(object);
      if (table === null || isNew(table)) return [];
      return [`Dropping the table ${code(written(table))} loses its rows for good${cascade}.`];
    });
  },
};
