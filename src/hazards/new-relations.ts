import type { Node, RangeVar } from 'libpg-query';
import { keyOf, wholeSchema, type RelationName } from './relations.ts';
import { meantBy } from './seen-locks.ts';
import { nodesOf } from './tree.ts';

/** How the plan made a relation, or a whole schema. */
export interface Birth {
  /** The step that made it, counted from 0. */
  readonly step: number;
  /** False where the statement may have made another one, or none: IF NOT EXISTS, OR REPLACE, a search path of its own. */
  readonly isSure: boolean;
}

/** What the plan itself has made so far: nobody waits for it, and there is nothing in it to lose. */
export type Births = ReadonlyMap<string, Birth>;

/** How the plan made the relation or its schema; undefined where it did not. */
export function birthOf(relation: RelationName, births: Births): Birth | undefined {
  return births.get(keyOf(relation)) ?? births.get(keyOf(wholeSchema(relation.schema)));
}

/** Records what one statement more, of step `step`, made, renamed and dropped. */
export function recordBirths(
  node: Node,
  step: number,
  hasOwnPath: boolean,
  births: Map<string, Birth>,
): void {
  for (const relation of droppedBy(node)) births.delete(keyOf(relation));
  for (const { name, isOptional, isQualified } of madeBy(node)) {
    births.set(keyOf(name), { step, isSure: !isOptional && (isQualified || !hasOwnPath) });
  }
  rename(node, births);
}

/** Whether a statement can change where unqualified names are looked for. */
export function changesSearchPath(node: Node): boolean {
  if ('VariableSetStmt' in node) return node.VariableSetStmt.name === 'search_path';
  return 'DoStmt' in node || 'CallStmt' in node || nodesOf(node, 'FuncCall').length > 0;
}

interface Creation {
  readonly name: RelationName;
  readonly isOptional: boolean;
  readonly isQualified: boolean;
}

function madeBy(node: Node): readonly Creation[] {
  if ('CreateStmt' in node) return made(node.CreateStmt.relation, node.CreateStmt.if_not_exists);
  if ('CreateForeignTableStmt' in node) {
    const { base } = node.CreateForeignTableStmt;
    return made(base?.relation, base?.if_not_exists);
  }
  if ('CreateSeqStmt' in node) return made(node.CreateSeqStmt.sequence, node.CreateSeqStmt.if_not_exists);
  if ('CreateTableAsStmt' in node) {
    return made(node.CreateTableAsStmt.into?.rel, node.CreateTableAsStmt.if_not_exists);
  }
  if ('SelectStmt' in node) return made(node.SelectStmt.intoClause?.rel, false);
  if ('ViewStmt' in node) return made(node.ViewStmt.view, node.ViewStmt.replace);
  if ('IndexStmt' in node) {
    const { relation, idxname, if_not_exists: isOptional } = node.IndexStmt;
    return idxname === undefined ? [] : made({ ...relation, relname: idxname }, isOptional);
  }
  if ('CreateSchemaStmt' in node) {
    const { schemaname = '', if_not_exists: isOptional = false } = node.CreateSchemaStmt;
    return [{ name: wholeSchema(schemaname), isOptional, isQualified: true }];
  }
  return [];
}

function made(relation: RangeVar | undefined, isOptional = false): readonly Creation[] {
  if (relation === undefined) return [];
  const range = relation.relpersistence === 't' ? { ...relation, schemaname: 'pg_temp' } : relation;
  const isQualified = range.schemaname !== undefined;
  return meantBy(range, []).map((name) => ({ name, isOptional, isQualified }));
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

/** What was made keeps being new under another name; what was there before is not new under a new one. */
function rename(node: Node, births: Map<string, Birth>): void {
  if ('AlterObjectSchemaStmt' in node) {
    births.delete(keyOf(wholeSchema(node.AlterObjectSchemaStmt.newschema ?? '')));
    return;
  }
  if (!('RenameStmt' in node)) return;
  const { renameType, relation, subname = '', newname = '' } = node.RenameStmt;
  if (renameType === 'OBJECT_SCHEMA') {
    births.delete(keyOf(wholeSchema(subname)));
    births.delete(keyOf(wholeSchema(newname)));
    return;
  }
  if (relation === undefined || renameType === 'OBJECT_COLUMN') return;
  for (const old of meantBy(relation, [])) {
    const birth = births.get(keyOf(old));
    const renamed = keyOf({ ...old, name: newname });
    births.delete(keyOf(old));
    if (birth === undefined) births.delete(renamed);
    else births.set(renamed, birth);
  }
}
