import type { Node, RangeVar } from 'libpg-query';

type Body<Kind extends string> =
  Extract<Node, Record<Kind, unknown>> extends Record<Kind, infer Held> ? Held : never;

/** Relations that a DROP names itself, or whose trigger, policy or rule it drops: it has them as lists of words. */
const relationKinds: ReadonlySet<string | undefined> = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);
const partKinds: ReadonlySet<string | undefined> = new Set([
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
]);

/** The relations that a statement of the parser's drops, or drops a part of; none for any other statement. */
export function namesOfDropped(kind: string, held: unknown): readonly RangeVar[] {
  if (kind !== 'DropStmt') return [];
  const { removeType, objects = [] } = held as Body<'DropStmt'>;
  const isPart = partKinds.has(removeType);
  if (!isPart && !relationKinds.has(removeType)) return [];
  return objects.flatMap((object): RangeVar[] => {
    const words = isPart ? wordsOf(object).slice(0, -1) : wordsOf(object);
    const [relname, schemaname] = words.toReversed();
    if (relname === undefined) return [];
    return [schemaname === undefined ? { relname } : { relname, schemaname }];
  });
}

/** The schemas that a statement of the parser's takes whole, so that it means all that is in them. */
export function wholeSchemasOf(kind: string, held: unknown): readonly string[] {
  switch (kind) {
    case 'GrantStmt': {
      const { targtype, objtype, objects = [] } = held as Body<'GrantStmt'>;
      const isWhole = targtype === 'ACL_TARGET_ALL_IN_SCHEMA' || objtype === 'OBJECT_SCHEMA';
      return isWhole ? objects.flatMap(wordsOf) : [];
    }
    case 'DropStmt': {
      const { removeType, objects = [] } = held as Body<'DropStmt'>;
      return removeType === 'OBJECT_SCHEMA' ? objects.flatMap(wordsOf) : [];
    }
    case 'RenameStmt': {
      const { renameType, subname } = held as Body<'RenameStmt'>;
      return renameType === 'OBJECT_SCHEMA' && subname !== undefined ? [subname] : [];
    }
    case 'AlterOwnerStmt': {
      const { objectType, object } = held as Body<'AlterOwnerStmt'>;
      return objectType === 'OBJECT_SCHEMA' && object !== undefined ? wordsOf(object) : [];
    }
    case 'ReindexStmt': {
      const { kind: what, name } = held as Body<'ReindexStmt'>;
      return what === 'REINDEX_OBJECT_SCHEMA' && name !== undefined ? [name] : [];
    }
    default:
      return [];
  }
}

/** The words of a name: one, or a list of them. */
function wordsOf(node: Node): readonly string[] {
  if ('String' in node) return node.String.sval === undefined ? [] : [node.String.sval];
  return 'List' in node ? (node.List.items ?? []).flatMap(wordsOf) : [];
}
