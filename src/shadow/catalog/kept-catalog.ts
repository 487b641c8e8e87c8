import { createHash } from 'node:crypto';
import pg from 'pg';
import type { MigrationSettings } from '../../domain/migration.ts';
import type { Catalog, CatalogObject, CatalogRelation } from './catalog.ts';
import { catalogSql, readCatalog } from './read-catalog.ts';

/**
 * A baseline's catalog lies in the template itself, as a large object of the administrator's: in no schema, and out of
 * reach of the role that migrations run as. It is taken out of every copy before a migration runs there, so that none
 * meets it. PostgreSQL gives those that migrations make numbers from 16384 on.
 */
const place = 7_001;

/** Another reader of catalogs, or another shape of what is kept, does not take it. */
const reader = createHash('sha256').update(`1\n${catalogSql}`).digest('hex');

interface Kept extends Pick<Catalog, 'typesMark'> {
  readonly reader: string;
  readonly relations: readonly (readonly [string, KeptRelation])[];
  readonly others: readonly (readonly [string, CatalogObject])[];
  readonly system: readonly (readonly [string, string])[];
}

type KeptRelation = Omit<CatalogRelation, 'columns'> & {
  readonly columns: readonly (readonly [number, string])[];
};

/**
 * Reads the catalog of a baseline that is complete, and lays it down there for its copies. Planning the queries takes
 * longer than all else that a copy is asked; this is done once. `client` is the administrator's and went through
 * `prepareReader`.
 */
export async function keepCatalog(client: pg.Client, settings: MigrationSettings): Promise<void> {
  const kept = JSON.stringify(written(await readCatalog(client, settings)));
  try {
    await client.query('SELECT lo_from_bytea($1, $2)', [place, Buffer.from(kept)]);
  } catch (error) {
    // A migration took that number on purpose: the catalog is then read in each copy.
    if (!(error instanceof pg.DatabaseError)) throw error;
  }
}

/** Takes what `keepCatalog` left in the template out of a copy, for `catalogIn`; null where there is nothing. */
export async function takeKept(client: pg.Client): Promise<Buffer | null> {
  const { rows } = await client.query<{ kept: Buffer }>(
    `WITH kept AS MATERIALIZED (SELECT oid, lo_get(oid) AS kept FROM (${ownSql}) AS own)
     SELECT kept, lo_unlink(oid) FROM kept`,
    [place],
  );
  return rows[0]?.kept ?? null;
}

/** The same without looking at it. */
export async function removeKept(client: pg.Client): Promise<null> {
  await client.query(`SELECT lo_unlink(oid) FROM (${ownSql}) AS own`, [place]);
  return null;
}

/** The catalog that was kept; null where another reader wrote it. */
export function catalogIn(kept: Buffer): Catalog | null {
  const found = JSON.parse(kept.toString()) as Kept;
  return found.reader === reader ? readBack(found) : null;
}

/** Nobody but the administrator can make one that is the administrator's. */
const ownSql = `SELECT m.oid FROM pg_largeobject_metadata m JOIN pg_roles r ON r.oid = m.lomowner
  WHERE m.oid = $1 AND r.rolname = current_user`;

function written({ relations, others, system, typesMark }: Catalog): Kept {
  return {
    reader,
    relations: [...relations].map(([oid, { columns, ...rest }]) => [oid, { ...rest, columns: [...columns] }]),
    others: [...others],
    system: [...system],
    typesMark,
  };
}

function readBack({ relations, others, system, typesMark }: Kept): Catalog {
  return {
    relations: new Map(
      relations.map(([oid, { columns, ...rest }]) => [oid, { ...rest, columns: new Map(columns) }]),
    ),
    others: new Map(others),
    system: new Map(system),
    typesMark,
  };
}
