import pg from 'pg';
import type { TargetState, TargetView } from '../../ports/target.ts';
import { catalogFingerprintSql } from './catalog-fingerprint.ts';
import { readFingerprint } from './fingerprint.ts';
import { readHistory, type HistoryTable } from './history-table.ts';
import { migrationLock } from './lock.ts';
import { readNow } from './state.ts';

/** The longest that one question may take, in milliseconds. */
const longestMs = 30_000;

/**
 * Looks at a target in a transaction that can change nothing and sees one moment; PostgreSQL's own descriptions of
 * objects are of the present all the same, so who reads the catalog asks afterwards whether it moved.
 */
export async function lookAt<T>(
  client: pg.Client,
  history: HistoryTable,
  versionNumber: number,
  work: (view: TargetView) => Promise<T>,
): Promise<T> {
  return inPinnedTransaction(client, async () => {
    const mark = await readMark(client, history);
    return work({
      versionNumber,
      ...mark,
      owners: await readOwners(client, history),
      underway: await readUnderway(client),
      state: (): Promise<TargetState> => readNow(client, history, versionNumber),
      ask: async <Row extends object>(sql: string, values: readonly unknown[]) => {
        const { rows } = await client.query(sql, [...values]);
        return rows as readonly Row[];
      },
      attempt: <Row extends object>(sql: string, values: readonly unknown[]) =>
        attempt<Row>(client, sql, values),
      hasMoved: async () => {
        await client.query('ROLLBACK');
        await begin(client);
        const now = await readMark(client, history);
        return now.fingerprint !== mark.fingerprint || now.historyMark !== mark.historyMark;
      },
    });
  });
}

async function begin(client: pg.Client): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await client.query(
    `SET LOCAL search_path TO pg_catalog; SET LOCAL jit = off;
     SET LOCAL statement_timeout = ${longestMs}; SET LOCAL lock_timeout = ${longestMs}`,
  );
}

/** Runs `work` in a transaction that can change nothing and looks names up in `pg_catalog` alone. */
export async function inPinnedTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await begin(client);
  try {
    return await work();
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

/** As `TargetView.attempt`: what is refused leaves the transaction as it was. */
async function attempt<Row extends object>(
  client: pg.Client,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Row[] | null> {
  await client.query('SAVEPOINT attempt');
  try {
    const { rows } = await client.query(sql, [...values]);
    return rows as readonly Row[];
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT attempt');
    return null;
  }
}

/** As `TargetView.fingerprint`, by one question. */
export async function readCatalogFingerprint(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ fingerprint: string }>(catalogFingerprintSql);
  return rows[0]?.fingerprint ?? '';
}

async function readMark(
  client: pg.Client,
  history: HistoryTable,
): Promise<Pick<TargetView, 'fingerprint' | 'historyMark'>> {
  const fingerprint = await readCatalogFingerprint(client);
  const rows = await readFingerprint(client, history);
  if (rows !== null) return { fingerprint, historyMark: rows };
  const entries = await readHistory(client, history);
  return { fingerprint, historyMark: JSON.stringify(entries.map(({ id, name }) => [id, name])) };
}

/** `public` belongs to a role that stands for the database's owner (PostgreSQL docs, "Predefined Roles"). */
async function readOwners(client: pg.Client, history: HistoryTable): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT r.rolname::text AS name FROM pg_roles r WHERE r.rolname = 'pg_database_owner' OR r.oid IN (
       SELECT datdba FROM pg_database WHERE datname = current_database()
       UNION SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE (n.nspname, c.relname) IN (($1::name, $2::name), ('tidegate', 'ledger')))`,
    [history.schema, history.table],
  );
  return rows.map(({ name }) => name);
}

/** What holds the lock, as a sentence; null where nothing does. */
async function readUnderway(client: pg.Client): Promise<string | null> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32) | objid::bigint = ${migrationLock}`,
  );
  return rowCount === 0 ? null : 'A migration is running there at the moment.';
}
