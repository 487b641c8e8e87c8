import { createHash } from 'node:crypto';
import pg from 'pg';
import { withSession } from './brief-session.ts';
import { groundMark, groundName, isGroundName, preparedGround } from './names.ts';
import { withSetupLock } from './server-roles.ts';

/** An extension that a shadow has before any migration runs. */
export interface GivenExtension {
  readonly name: string;
  readonly version: string;
}

/** What shadow databases are copied from before any migration runs. */
export interface Ground {
  readonly database: string;
  /** By name. */
  readonly extensions: readonly GivenExtension[];
}

/** A ground, and what was asked for that it lacks, with the reason as the end of a sentence. */
export interface FoundGround extends Ground {
  readonly lacks: readonly { readonly name: string; readonly why: string }[];
}

/** PostgreSQL's own empty database. */
const bareGround: FoundGround = { database: 'template0', extensions: [], lacks: [] };

/**
 * Makes a database with these extensions on a server of our own, as its superuser and before anything hostile is
 * in it; what cannot be made is left out. One that an earlier process made of the same extensions is taken again.
 */
export async function makeGround(superuserUrl: string, wanted: readonly string[]): Promise<FoundGround> {
  if (wanted.length === 0) return bareGround;
  return withSetupLock(superuserUrl, async (client) => {
    const available = await availableOf(client, wanted);
    const name = groundName(createHash('sha256').update(JSON.stringify(available)).digest('hex'));
    if (!(await isMade(client, name))) await make(client, superuserUrl, name, available);
    const extensions = await installedIn(superuserUrl, name, wanted);
    const lacks = wanted
      .filter((extension) => extensions.every((found) => found.name !== extension))
      .map((extension) => ({
        name: extension,
        why: available.some((found) => found.name === extension)
          ? 'it could not be made: what it needs has to stand before it in the list, or has to be preloaded'
          : 'the server does not have it',
      }));
    return { database: name, extensions, lacks };
  });
}

/**
 * Finds the database with these extensions that the superuser of somebody else's server prepared. Our login there
 * may make none of them itself.
 */
export async function findGround(adminUrl: string, wanted: readonly string[]): Promise<FoundGround> {
  if (wanted.length === 0) return bareGround;
  const exists = await withSession(adminUrl, async (client) => {
    const sql = 'SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1 AND datistemplate';
    return (await client.query(sql, [preparedGround])).rowCount === 1;
  });
  const extensions = exists ? await installedIn(adminUrl, preparedGround, wanted).catch(noneIfClosed) : [];
  const lacks = wanted
    .filter((name) => extensions.every((found) => found.name !== name))
    .map((name) => ({ name, why: `the database ${preparedGround} was expected to have it, and does not` }));
  // What is not known to have something that is asked for is no better than PostgreSQL's own.
  const database = extensions.length === 0 ? bareGround.database : preparedGround;
  return { database, extensions, lacks };
}

/** Where it may not be looked at, nothing is known to be in it; whoever judges the server says so. */
function noneIfClosed(error: unknown): readonly GivenExtension[] {
  if (error instanceof pg.DatabaseError && (error.code === '42501' || error.code === '55000')) return [];
  throw error;
}

async function availableOf(client: pg.Client, wanted: readonly string[]): Promise<readonly GivenExtension[]> {
  const { rows } = await client.query<GivenExtension>(
    `SELECT name::text, default_version AS version FROM pg_catalog.pg_available_extensions
      WHERE name = ANY ($1) ORDER BY pg_catalog.array_position($1, name::text)`,
    [wanted],
  );
  return rows;
}

/** A template of ours by name and mark: it becomes one when it is finished. */
async function isMade(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ made: boolean }>(
    `SELECT datistemplate AND pg_catalog.shobj_description(oid, 'pg_database') = $2 AS made
       FROM pg_catalog.pg_database WHERE datname = $1`,
    [name, groundMark],
  );
  return rows[0]?.made === true;
}

async function make(
  client: pg.Client,
  superuserUrl: string,
  name: string,
  extensions: readonly GivenExtension[],
): Promise<void> {
  await dropOthers(client);
  const quoted = pg.escapeIdentifier(name);
  await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${quoted} TEMPLATE template0`);
  await client.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
  await withSession(withDatabase(superuserUrl, name), async (inside) => {
    for (const extension of extensions) {
      try {
        await inside.query(`CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(extension.name)}`);
      } catch (error) {
        // It is missed when the database is looked at.
        if (!(error instanceof pg.DatabaseError)) throw error;
      }
    }
  });
  await client.query(`COMMENT ON DATABASE ${quoted} IS ${pg.escapeLiteral(groundMark)}`);
  await client.query(`ALTER DATABASE ${quoted} IS_TEMPLATE true`);
}

/** Those of other lists: baselines that were copied from them do not need them any more. */
async function dropOthers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_catalog.pg_database
      WHERE datname LIKE 'tidegate\\_shadow\\_ground\\_%'
        AND pg_catalog.shobj_description(oid, 'pg_database') = $1`,
    [groundMark],
  );
  for (const { name } of rows.filter((row) => isGroundName(row.name))) {
    const quoted = pg.escapeIdentifier(name);
    await client.query(`ALTER DATABASE ${quoted} IS_TEMPLATE false`);
    await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
  }
}

async function installedIn(
  url: string,
  database: string,
  wanted: readonly string[],
): Promise<readonly GivenExtension[]> {
  return withSession(withDatabase(url, database), async (client) => {
    const { rows } = await client.query<GivenExtension>(
      `SELECT extname::text AS name, extversion AS version FROM pg_catalog.pg_extension
        WHERE extname = ANY ($1) ORDER BY 1`,
      [wanted],
    );
    return rows;
  });
}

/** The URL of another database of the same server. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
