import type pg from 'pg';
import type { Lock } from '../domain/plan.ts';

/** A relation as everybody else sees it: what is committed. */
export interface KnownRelation {
  readonly name: string;
  readonly kind: string;
  readonly file: string | null;
}

/** The relations of a database before a script runs, by OID. What it creates is not among them. */
export interface KnownRelations {
  get(oid: string): KnownRelation | undefined;
}

/** One row that the session tells of itself after a statement. */
export interface Held {
  readonly oid: string;
  readonly mode: string;
  readonly file: string | null;
}

/** From weakest to strongest, as in PostgreSQL's "Table-Level Lock Modes". */
const strengths = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
];

/** What people lock and read: tables, partitioned and foreign ones, views, sequences; no indexes, no TOAST. */
const told = new Set(['r', 'p', 'f', 'v', 'm', 'S']);

/** PostgreSQL's own objects have lower ones (FirstNormalObjectId). */
const firstNormalOid = 16_384;

/** Every name and operator says its schema: the session's search_path is the migration's own to set. */
export const heldSql = `SELECT l.relation::pg_catalog.text AS oid, l.mode,
    pg_catalog.pg_relation_filenode(l.relation::pg_catalog.regclass)::pg_catalog.text AS file,
    pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text AS transaction
  FROM (SELECT 1) AS always
  LEFT JOIN pg_catalog.pg_locks l
    ON l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.locktype OPERATOR(pg_catalog.=) 'relation'::pg_catalog.text
   AND l.granted`;

/**
 * The administrator's own look at all relations: a session could not be trusted to name what it has renamed or
 * hidden.
 */
export async function readKnown(observer: pg.Client): Promise<ReadonlyMap<string, KnownRelation>> {
  const { rows } = await observer.query<{ oid: string; name: string; kind: string; file: string | null }>(
    `SELECT c.oid::text AS oid, c.relkind AS kind, pg_relation_filenode(c.oid)::text AS file,
            quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`,
  );
  return new Map(rows.map(({ oid, name, kind, file }) => [oid, { name, kind, file }]));
}

/** Follows one transaction: what each statement locked and wrote anew beyond those before it. */
export interface Observation {
  after(held: readonly Held[]): { readonly locks: readonly Lock[]; readonly rewrites: readonly string[] };
  /** OIDs of all that it locked so far, without PostgreSQL's own relations. */
  locked(): readonly string[];
}

export function observeTransaction(known: KnownRelations): Observation {
  const strongest = new Map<string, number>();
  const files = new Map<string, string>();
  return {
    locked: () => [...strongest.keys()].filter((oid) => Number(oid) >= firstNormalOid),
    after(held) {
      return { locks: newLocks(known, strongest, held), rewrites: newFiles(known, files, held) };
    },
  };
}

function newLocks(known: KnownRelations, strongest: Map<string, number>, held: readonly Held[]): Lock[] {
  const stronger = new Map<string, number>();
  for (const { oid, mode } of held) {
    const strength = strengths.indexOf(mode);
    if (strength > (strongest.get(oid) ?? -1)) {
      strongest.set(oid, strength);
      stronger.set(oid, strength);
    }
  }
  return [...stronger]
    .flatMap(([oid, strength]): Lock[] => {
      const relation = known.get(oid);
      const mode = strengths[strength];
      if (relation === undefined || mode === undefined || !told.has(relation.kind)) return [];
      return [{ relation: relation.name, mode }];
    })
    .toSorted((a, b) => compare(a.relation, b.relation));
}

function newFiles(known: KnownRelations, files: Map<string, string>, held: readonly Held[]): string[] {
  const rewritten = new Set<string>();
  for (const { oid, file } of held) {
    const relation = known.get(oid);
    // No file: dropped, or of a kind that has none.
    if (relation === undefined || file === null || (files.get(oid) ?? relation.file) === file) continue;
    files.set(oid, file);
    if (relation.kind === 'r' || relation.kind === 'm') rewritten.add(relation.name);
  }
  return [...rewritten].toSorted(compare);
}

/** Relations whose storage is another one than before, for statements that ran outside a transaction. */
export function rewrittenBetween(
  before: ReadonlyMap<string, KnownRelation>,
  after: ReadonlyMap<string, KnownRelation>,
): readonly string[] {
  return [...after]
    .filter(([oid, { kind, file }]) => {
      const earlier = before.get(oid);
      return (kind === 'r' || kind === 'm') && earlier !== undefined && earlier.file !== file;
    })
    .map(([, { name }]) => name)
    .toSorted(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
