import type pg from 'pg';
import type { TargetState } from '../../ports/target.ts';
import { readFingerprint } from './fingerprint.ts';
import { readAboutTable, readHistory, type HistoryTable } from './history-table.ts';
import { readHalfway } from './journal.ts';
import { readLedger, readGone } from './ledger.ts';
import type { KnownRows, TargetRows } from './remembered-rows.ts';

/** Reads history and ledger of one moment, in a transaction that can change nothing. */
export async function readState(
  client: pg.Client,
  history: HistoryTable,
  versionNumber: number,
): Promise<TargetState> {
  return inSnapshot(client, () => readNow(client, history, versionNumber));
}

/** The same in a transaction that is open already, and whose search_path is pinned. */
export async function readNow(
  client: pg.Client,
  history: HistoryTable,
  versionNumber: number,
): Promise<TargetState> {
  const about = await readAbout(client);
  const halfway = await readHalfway(client, history);
  return { versionNumber, ...about, halfway, ...(await readRows(client, history)) };
}

/**
 * The same, where history and ledger were read before: as long as their fingerprint is the one of `known`, they are
 * taken from there and not read again. Also returns what the next call may take as known; null where nothing is.
 */
export async function readStateAgain(
  client: pg.Client,
  history: HistoryTable,
  versionNumber: number,
  known: KnownRows | null,
): Promise<{ readonly state: TargetState; readonly rows: KnownRows | null }> {
  return inSnapshot(client, async () => {
    const about = await readAbout(client);
    const halfway = await readHalfway(client, history);
    const fingerprint = await readFingerprint(client, history);
    const isKnown = known !== null && known.fingerprint === fingerprint;
    const rows = isKnown ? known.rows : await readRows(client, history);
    return {
      state: { versionNumber, ...about, halfway, ...rows },
      rows: fingerprint === null ? null : { fingerprint, rows },
    };
  });
}

async function inSnapshot<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await client.query('SET LOCAL search_path TO pg_catalog');
    return await work();
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

async function readAbout(
  client: pg.Client,
): Promise<Pick<TargetState, 'identity' | 'startedAt' | 'now' | 'roles'>> {
  return { ...(await readIdentity(client)), roles: await readRoles(client) };
}

async function readRows(client: pg.Client, history: HistoryTable): Promise<TargetRows> {
  return {
    history: await readHistory(client, history),
    ledger: await readLedger(client, history),
    gone: await readGone(client, history),
    table: await readAboutTable(client, history),
  };
}

/**
 * Which database this is: the cluster's system identifier (PostgreSQL docs, "Control Data Functions") with the
 * database's name. Null where the role may not ask. And since when it runs, and what its clock shows.
 */
async function readIdentity(client: pg.Client): Promise<Pick<TargetState, 'identity' | 'startedAt' | 'now'>> {
  const { rows: rights } = await client.query<{ allowed: boolean; started_at: string; now: Date }>(
    `SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS allowed,
            extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text AS started_at,
            pg_catalog.clock_timestamp() AS now`,
  );
  const [found] = rights;
  if (found === undefined) throw new Error('PostgreSQL answered nothing when it was asked for its clock.');
  const about = { startedAt: found.started_at, now: found.now };
  if (!found.allowed) return { identity: null, ...about };
  const { rows } = await client.query<{ identity: string }>(
    `SELECT system_identifier || '/' || pg_catalog.current_database() AS identity
       FROM pg_catalog.pg_control_system()`,
  );
  return { identity: rows[0]?.identity ?? null, ...about };
}

async function readRoles(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT rolname::text AS name FROM pg_catalog.pg_roles WHERE NOT pg_catalog.starts_with(rolname, 'pg_') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
