import type { Node, RangeVar } from 'libpg-query';
import type { Lock } from '../domain/plan.ts';

/**
 * Locks that PostgreSQL's manual names for statements that run outside a transaction, where nobody can look in
 * between: "CREATE INDEX", "DROP INDEX", "REINDEX", "ALTER TABLE … DETACH PARTITION", "VACUUM".
 */
export function documentedLocks(node: Node, tableOfIndex: (index: string) => string | null): readonly Lock[] {
  if ('IndexStmt' in node && node.IndexStmt.concurrent === true) {
    return lock(nameOf(node.IndexStmt.relation));
  }
  if ('DropStmt' in node && node.DropStmt.concurrent === true) {
    const names = (node.DropStmt.objects ?? []).map(listName);
    return names.flatMap((name) => lock(name === null ? null : tableOfIndex(name)));
  }
  if ('ReindexStmt' in node && node.ReindexStmt.relation !== undefined) {
    const name = nameOf(node.ReindexStmt.relation);
    const isIndex = node.ReindexStmt.kind === 'REINDEX_OBJECT_INDEX';
    return lock(isIndex && name !== null ? tableOfIndex(name) : name);
  }
  if ('AlterTableStmt' in node) return lock(nameOf(node.AlterTableStmt.relation));
  if ('VacuumStmt' in node) {
    return (node.VacuumStmt.rels ?? []).flatMap((rel) =>
      'VacuumRelation' in rel ? lock(nameOf(rel.VacuumRelation.relation)) : [],
    );
  }
  return [];
}

function lock(relation: string | null): Lock[] {
  return relation === null ? [] : [{ relation, mode: 'ShareUpdateExclusiveLock' }];
}

function nameOf(relation: RangeVar | undefined): string | null {
  if (relation?.relname === undefined) return null;
  return qualified(relation.schemaname, relation.relname);
}

function listName(node: Node): string | null {
  if (!('List' in node)) return null;
  const parts = (node.List.items ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
  const name = parts.at(-1);
  return name === undefined ? null : qualified(parts.at(-2), name);
}

function qualified(schema: string | undefined, name: string): string {
  return `${quote(schema ?? 'public')}.${quote(name)}`;
}

/** As PostgreSQL's quote_ident writes ordinary names. */
function quote(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
