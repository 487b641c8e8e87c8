import type { ObjectType, RangeVar } from 'libpg-query';
import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';

const renamed: Partial<Readonly<Record<ObjectType, string>>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
};

export const renameTable: HazardRule = {
  id: 'rename-table',
  severity: 'high',
  sentence:
    'Renaming a table, view or schema, or moving one to another schema, breaks every query of the running application that uses the old name, at once.',
  advice:
    'Keep the old name and give the new one as a view; release an application that uses the new name, then rename in one transaction with a view under the old name, and drop that view later.',
  equivalents: {
    squawk: ['renaming-table'],
    atlas: ['BC101'],
    strong_migrations: ['rename_table', 'rename_schema'],
  },
  bad: 'ALTER TABLE orders RENAME TO purchases;',
  good: 'CREATE VIEW purchases AS SELECT * FROM orders;',
  find: ({ node, isNew, isNewSchema }) => {
    if (node === null) return [];
    if ('AlterObjectSchemaStmt' in node) {
      const { objectType, relation, newschema = '?' } = node.AlterObjectSchemaStmt;
      return isNew(relation)
        ? []
        : message(objectType, relation, `to the schema ${code(newschema)}`, 'Moving');
    }
    if (!('RenameStmt' in node)) return [];
    const { renameType, relation, subname = '?', newname = '?' } = node.RenameStmt;
    if (renameType === 'OBJECT_SCHEMA') {
      if (isNewSchema(subname)) return [];
      return [
        `Renaming the schema ${code(subname)} to ${code(newname)} breaks every query that uses the old name, at once.`,
      ];
    }
    return isNew(relation) ? [] : message(renameType, relation, `to ${code(newname)}`, 'Renaming');
  },
};

function message(
  type: ObjectType | undefined,
  relation: RangeVar | undefined,
  to: string,
  doing: string,
): readonly string[] {
  const kind = type === undefined ? undefined : renamed[type];
  if (kind === undefined) return [];
  return [
    `${doing} the ${kind} ${code(written(relation))} ${to} breaks every query that uses the old name, at once.`,
  ];
}
