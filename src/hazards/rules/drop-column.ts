import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';
import { tableCommands } from '../tree.ts';

export const dropColumn: HazardRule = {
  id: 'drop-column',
  severity: 'high',
  sentence: 'Dropping a column loses its data for good, and breaks every query that still names it.',
  advice:
    'First release an application that neither reads nor writes the column (let it be NULL until then); drop it in a later pull request, with a waiver that says so.',
  equivalents: {
    squawk: ['ban-drop-column'],
    atlas: ['DS103'],
    strong_migrations: ['remove_column'],
    'pg-schema-diff': ['DELETES_DATA'],
  },
  bad: 'ALTER TABLE orders DROP COLUMN note;',
  good: 'ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;',
  find: ({ node, isNew }) =>
    tableCommands(node).flatMap(({ table, command }) => {
      if (command.subtype !== 'AT_DropColumn' || isNew(table)) return [];
      const names = `${written(table)}.${command.name ?? '?'}`;
      return [
        `Dropping the column ${code(names)} loses its data for good, and breaks every query that still names it.`,
      ];
    }),
};
