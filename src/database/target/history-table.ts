import pg from 'pg';
import type { HistoryEntry } from '../../domain/history.ts';
import type { MigrationSettings } from '../../domain/migration.ts';

/** node-pg-migrate's own table, by the names that it has in the catalog. */
export interface HistoryTable {
  readonly schema: string;
  readonly table: string;
  /** Quoted and qualified, for SQL. */
  readonly sql: string;
  /** Unambiguous, for the ledger: two repositories can keep two histories in one database. */
  readonly id: string;
}

/** The table that node-pg-migrate's CLI would create and read with these settings. */
export function historyTable(settings: MigrationSettings): HistoryTable {
  const name = settings.decamelize ? decamelize : (text: string) => text;
  const schema = name(settings.schema);
  const table = name(settings.table);
  const sql = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;
  return { schema, table, sql, id: sql };
}

/** `camelCase` to `snake_case`, letter for letter as node-pg-migrate's `decamelize` option does. */
function decamelize(text: string): string {
  return text
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll}+)/gu, '$1_$2')
    .toLowerCase();
}

/** Whether the table is there, asked of the catalog so that no right on it is needed. */
export async function tableExists(client: pg.Client, schema: string, table: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'f')`,
    [schema, table],
  );
  return rowCount === 1;
}

/** Creates the table where it is missing, word for word as node-pg-migrate's `ensureMigrationsTable` does. */
export async function ensureHistoryTable(client: pg.Client, history: HistoryTable): Promise<void> {
  if (await tableExists(client, history.schema, history.table)) return;
  await client.query(makeHistoryTable(history));
}

export function makeHistoryTable({ sql }: HistoryTable): string {
  return `CREATE TABLE ${sql} (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`;
}

/** Whether it is there, and the zone in which its times are meant, as long as nobody sets another on the database. */
export async function readAboutTable(
  client: pg.Client,
  { schema, table }: HistoryTable,
): Promise<{ readonly isThere: boolean; readonly timeZone: string }> {
  const { rows } = await client.query<{ zone: string }>(`SELECT current_setting('TimeZone') AS zone`);
  return { isThere: await tableExists(client, schema, table), timeZone: rows[0]?.zone ?? 'UTC' };
}

/** The history in the order in which node-pg-migrate reads it; empty where the table is missing. */
export async function readHistory(
  client: pg.Client,
  history: HistoryTable,
): Promise<readonly HistoryEntry[]> {
  if (!(await tableExists(client, history.schema, history.table))) return [];
  const { rows } = await client.query<{ id: number; name: string; run_on: Date }>(
    `SELECT id, name, run_on AT TIME ZONE current_setting('TimeZone') AS run_on
       FROM ${history.sql} ORDER BY ${history.sql}.run_on, id`,
  );
  return rows.map(({ id, name, run_on: runOn }) => ({ id, name, runOn }));
}

export async function isInHistory(client: pg.Client, history: HistoryTable, name: string): Promise<boolean> {
  const { rows } = await client.query(`SELECT 1 FROM ${history.sql} WHERE name = $1 LIMIT 1`, [name]);
  return rows.length > 0;
}

/**
 * Adds a row as node-pg-migrate does, and returns its id. `run_on` decides the order in which its CLI reads the
 * rows, so it never falls behind the newest row, even where the server's clock was set back.
 */
export async function addToHistory(
  client: pg.Client,
  history: HistoryTable,
  name: string,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO ${history.sql} (name, run_on)
     SELECT $1, GREATEST(NOW()::timestamp, MAX(run_on) + interval '1 microsecond') FROM ${history.sql}
     RETURNING id`,
    [name],
  );
  return rows[0]?.id ?? null;
}

export async function removeFromHistory(
  client: pg.Client,
  history: HistoryTable,
  name: string,
): Promise<void> {
  await client.query(`DELETE FROM ${history.sql} WHERE name = $1`, [name]);
}
