import { code, type HazardRule } from '../rule.ts';

export const dropSchema: HazardRule = {
  id: 'drop-schema',
  severity: 'high',
  sentence: 'Dropping a schema, or all that a role owns, loses whatever is in it for good.',
  advice:
    'First take away the access to it and see that nobody misses it; then drop its tables by name in a later pull request, with a waiver, and the empty schema last, without CASCADE.',
  equivalents: { squawk: ['ban-drop-database'], atlas: ['DS101'], 'pg-schema-diff': ['DELETES_DATA'] },
  bad: 'DROP SCHEMA archive CASCADE;',
  good: 'REVOKE ALL ON SCHEMA archive FROM PUBLIC;',
  find: ({ node, isNewSchema }) => {
    if (node === null) return [];
    if ('DropOwnedStmt' in node)
      return ['DROP OWNED loses everything that the role owns in this database for good.'];
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_SCHEMA') return [];
    return (node.DropStmt.objects ?? []).flatMap((object) => {
      const name = 'String' in object ? (object.String.sval ?? '?') : '?';
      return isNewSchema(name) ? [] : [`Dropping the schema ${code(name)} loses whatever is in it for good.`];
    });
  },
};
