import pg from 'pg';
import { TargetUnavailable, type TargetState, type TargetView } from '../../ports/target.ts';
import { catalogFingerprintSql } from './catalog-fingerprint.ts';
import { readFingerprint } from './fingerprint.ts';
import { readHistory, type HistoryTable } from './history-table.ts';
import { migrationLock } from './lock.ts';
import { readNow } from './state.ts';

/** The longest that one question may take, in milliseconds. */
const longestMs = 30_000;

/** The longest that a look waits for somebody's transaction: PostgreSQL's own descriptions open what they describe. */
const lockMs = 2_000;

const lockNotAvailable = '55P03';

/**
 * Looks at a target in a transaction that can change nothing and sees one moment; PostgreSQL's own descriptions of
 * objects are of the present all the same, so who reads the catalog asks afterwards whether it moved. Throws
 * TargetUnavailable where somebody's transaction holds what is to be looked at.
 */
export async function lookAt<T>(
  client: pg.Client,
  history: HistoryTable,
  versionNumber: number,
  work: (view: TargetView) => Promise<T>,
): Promise<T> {
  try {
    return await inPinnedTransaction(client, async () => work(await viewOf(client, history, versionNumber)));
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === lockNotAvailable)) throw error;
    throw new TargetUnavailable(await holderInWords(client));
  }
}

async function viewOf(client: pg.Client, history: HistoryTable, versionNumber: number): Promise<TargetView> {
  const mark = await readMark(client, history);
  return {
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
  };
}

/** Who holds what could not be read, as far as PostgreSQL says it to everybody. */
async function holderInWords(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; role: string | null; relation: string }>(
    `SELECT l.pid, a.usename::text AS role, l.relation::regclass::text AS relation
       FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'AccessExclusiveLock'
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      ORDER BY l.relation >= 16384 DESC, l.pid LIMIT 1`,
  );
  const [holder] = rows;
  const who =
    holder === undefined
      ? 'part of it was held by a transaction'
      : `\`${holder.relation}\` is held by a transaction of role \`${holder.role ?? 'unknown'}\` (process ${holder.pid})`;
  return `The schema could not be read: ${who}, which was not waited for. It is looked at again once that has ended.`;
}

async function begin(client: pg.Client): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await client.query(
    `SET LOCAL search_path TO pg_catalog; SET LOCAL jit = off;
     SET LOCAL statement_timeout = ${longestMs}; SET LOCAL lock_timeout = ${lockMs}`,
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
