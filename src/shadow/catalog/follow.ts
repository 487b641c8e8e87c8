import type pg from 'pg';
import type { MigrationSettings } from '../../domain/migration.ts';
import { relationIn, snapshotOf, type CatalogRelation, type CatalogSnapshot } from './catalog.ts';
import { lookAt, newlyWritten, type Look } from './look.ts';
import { readCatalog, readParts, readRelations, readTypesMark } from './read-catalog.ts';

/** What a transaction that committed says of itself: by it the catalog can be read only where it changed. */
export interface Touch {
  /** As PostgreSQL's xid8. */
  readonly transaction: string;
  /** OIDs of the relations that it held a lock on. */
  readonly locked: readonly string[];
  /** Rows that it put into, and took out of, PostgreSQL's own tables, by the table's OID. */
  readonly rows: ReadonlyMap<string, { readonly written: number; readonly deleted: number }>;
}

/**
 * PostgreSQL's tables that say what a relation is. Whatever changes one of their rows holds a lock on the
 * relation, grants apart; a change in any other table is read whole.
 */
const aboutRelations = new Set([
  'pg_attrdef',
  'pg_attribute',
  'pg_class',
  'pg_constraint',
  'pg_depend',
  'pg_index',
  'pg_inherits',
  'pg_partitioned_table',
  'pg_policy',
  'pg_rewrite',
  'pg_sequence',
  'pg_shdepend',
  'pg_statistic',
  'pg_trigger',
  'pg_type',
]);

/**
 * The schema after a transaction, read where it changed; whole where its change cannot be told to be of some
 * relations alone. `client` went through `prepareReader`.
 */
export async function followCatalog(
  client: pg.Client,
  settings: MigrationSettings,
  before: CatalogSnapshot,
  touch: Touch | null,
): Promise<CatalogSnapshot> {
  const followed = touch === null ? null : await follow(client, settings, before, touch);
  return followed ?? snapshotOf(await readCatalog(client, settings));
}

/** What most migrations change. */
const usualParts = ['table', 'index'] as const;

/**
 * Has a session plan all queries that following needs, so that the first plan on it does not wait for that. `client`
 * went through `prepareReader`.
 */
export async function prepareFollower(client: pg.Client, settings: MigrationSettings): Promise<void> {
  const { oids } = await lookAt(client, ['0'], '1');
  await readParts(client, settings, oids, usualParts);
}

async function follow(
  client: pg.Client,
  settings: MigrationSettings,
  before: CatalogSnapshot,
  touch: Touch,
): Promise<CatalogSnapshot | null> {
  const rows = byName(before, touch);
  if ([...rows.keys()].some((name) => !aboutRelations.has(name))) return null;
  if (rows.size === 0) return before;
  if (mayChangeTypes(rows) && (await readTypesMark(client)) !== before.catalog.typesMark) return null;
  const { oids, found } = await changedBy(client, touch, rows);
  const now = await readRelations(client, settings, oids, found);
  const changed = new Map(before.changed);
  for (const oid of oids) {
    const [old, fresh] = [relationIn(before, oid), now.get(oid)];
    if (old === undefined && fresh === undefined) continue;
    if (isSeenElsewhere(old, fresh)) return null;
    changed.set(oid, fresh ?? null);
  }
  return { catalog: before.catalog, changed };
}

type Rows = ReadonlyMap<string, { readonly written: number; readonly deleted: number }>;

/** Nameless ones are not PostgreSQL's of this database as it was read: they count as unknown. */
function byName({ catalog }: CatalogSnapshot, { rows }: Touch): Rows {
  return new Map([...rows].map(([oid, counts]) => [catalog.system.get(oid) ?? oid, counts]));
}

/** A constraint that is added or dropped may be a domain's. */
function mayChangeTypes(rows: Rows): boolean {
  return rows.has('pg_type') || rows.has('pg_constraint');
}

/** Another name stands in the definitions of others, and a composite type is a type as well. */
function isSeenElsewhere(old: CatalogRelation | undefined, fresh: CatalogRelation | undefined): boolean {
  if (old?.kind === 'c' || fresh?.kind === 'c') return true;
  if (old === undefined || fresh === undefined) return false;
  if (old.name !== fresh.name) return true;
  return [...old.columns].some(([number, name]) => (fresh.columns.get(number) ?? name) !== name);
}

/** The relations that were locked; and, where not all rows are theirs, those whose rows are new (a grant takes no lock). */
async function changedBy(client: pg.Client, touch: Touch, rows: Rows): Promise<Look> {
  const look = await lookAt(client, touch.locked, touch.transaction);
  const written = (name: string): number => rows.get(name)?.written ?? 0;
  if (look.classes === written('pg_class') && look.attributes === written('pg_attribute')) return look;
  const others = await newlyWritten(client, touch.transaction);
  return lookAt(client, [...new Set([...touch.locked, ...others])], touch.transaction);
}
