import type { Node, RangeVar } from 'libpg-query';
import type { Lock, PlannedStatement } from '../domain/plan.ts';
import { keyOf, meantBy, parseRelation, wholeSchema, type RelationName } from './relations.ts';

/** Relations that the plan itself has made so far: nobody waits for them, and there is nothing in them to lose. */
export type NewRelations = ReadonlySet<string>;

/** Whether the plan made it, or made the schema it is in. */
export function isNewRelation(relation: RelationName, made: NewRelations): boolean {
  return made.has(keyOf(relation)) || made.has(keyOf(wholeSchema(relation.schema)));
}

/** What has been made after one statement more. */
export function afterStatement(node: Node, statement: PlannedStatement, made: NewRelations): NewRelations {
  const next = new Set(made);
  for (const relation of droppedBy(node)) next.delete(keyOf(relation));
  for (const relation of madeBy(node, statement)) next.add(keyOf(relation));
  if ('RenameStmt' in node || 'AlterObjectSchemaStmt' in node) move(node, statement, next);
  return next;
}

function madeBy(node: Node, statement: PlannedStatement): readonly RelationName[] {
  const { locks } = statement;
  if ('CreateStmt' in node) return table(node.CreateStmt, locks);
  if ('CreateForeignTableStmt' in node) return table(node.CreateForeignTableStmt.base ?? {}, locks);
  if ('CreateSeqStmt' in node)
    return table({ ...node.CreateSeqStmt, relation: node.CreateSeqStmt.sequence }, locks);
  if ('CreateTableAsStmt' in node) {
    return table({ ...node.CreateTableAsStmt, relation: node.CreateTableAsStmt.into?.rel }, locks);
  }
  if ('SelectStmt' in node) return table({ relation: node.SelectStmt.intoClause?.rel }, locks);
  if ('ViewStmt' in node)
    return table({ relation: node.ViewStmt.view, if_not_exists: node.ViewStmt.replace }, locks);
  if ('IndexStmt' in node) return index(node.IndexStmt, locks);
  if ('CreateSchemaStmt' in node && node.CreateSchemaStmt.if_not_exists !== true) {
    return node.CreateSchemaStmt.schemaname === undefined
      ? []
      : [wholeSchema(node.CreateSchemaStmt.schemaname)];
  }
  return [];
}

interface Creation {
  readonly relation?: RangeVar | undefined;
  readonly if_not_exists?: boolean | undefined;
}

function table(
  { relation, if_not_exists: isOptional }: Creation,
  locks: readonly Lock[],
): readonly RelationName[] {
  if (relation === undefined) return [];
  const range = relation.relpersistence === 't' ? { ...relation, schemaname: 'pg_temp' } : relation;
  const own = locks.filter(({ mode }) => mode === 'AccessExclusiveLock');
  const meant = meantBy(range, own);
  if (isOptional !== true) return meant;
  // IF NOT EXISTS made it only where the lock of what is being made was seen.
  const seen = new Set(own.map((lock) => keyOf(parseRelation(lock.relation))));
  return meant.filter((name) => seen.has(keyOf(name)));
}

function index(
  {
    idxname,
    relation,
    if_not_exists: isOptional,
  }: { idxname?: string; relation?: RangeVar; if_not_exists?: boolean },
  locks: readonly Lock[],
): readonly RelationName[] {
  if (idxname === undefined || relation === undefined || isOptional === true) return [];
  return meantBy(relation, locks).map(({ schema }) => ({ schema, name: idxname }));
}

function droppedBy(node: Node): readonly RelationName[] {
  if (!('DropStmt' in node)) return [];
  return (node.DropStmt.objects ?? []).flatMap((object) => {
    if ('String' in object) return [wholeSchema(object.String.sval ?? '')];
    const range = rangeOf(object);
    return range === null ? [] : meantBy(range, []);
  });
}

/** A name in a list of names (`List` of `String`) as a relation. */
export function rangeOf(object: Node): RangeVar | null {
  if (!('List' in object)) return null;
  const parts = (object.List.items ?? []).map((item) => ('String' in item ? (item.String.sval ?? '') : ''));
  const [relname, schemaname] = [parts.at(-1), parts.at(-2)];
  if (relname === undefined) return null;
  return schemaname === undefined ? { relname } : { schemaname, relname };
}

/** A name that is given to something from before is no longer new; one that the plan made stays new. */
function move(node: Node, { locks }: PlannedStatement, made: Set<string>): void {
  if ('AlterObjectSchemaStmt' in node) {
    made.delete(keyOf(wholeSchema(node.AlterObjectSchemaStmt.newschema ?? '')));
    return;
  }
  if (!('RenameStmt' in node)) return;
  const { renameType, relation, subname = '', newname = '' } = node.RenameStmt;
  if (renameType === 'OBJECT_SCHEMA') {
    made.delete(keyOf(wholeSchema(subname)));
    made.delete(keyOf(wholeSchema(newname)));
    return;
  }
  if (relation === undefined || renameType === 'OBJECT_COLUMN') return;
  const old = meantBy(relation, locks);
  const isNew = old.every((name) => isNewRelation(name, made));
  for (const name of old) {
    made.delete(keyOf(name));
    const renamed = keyOf({ ...name, name: newname });
    if (isNew) made.add(renamed);
    else made.delete(renamed);
  }
}
