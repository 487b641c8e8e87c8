import type pg from 'pg';
import type { TargetState } from '../../ports/target.ts';
import { readHistory, type HistoryTable } from './history-table.ts';
import { readLedger } from './ledger.ts';

/** Reads history and ledger of one moment, in a transaction that can change nothing. */
export async function readState(
  client: pg.Client,
  history: HistoryTable,
  versionNumber: number,
): Promise<TargetState> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await client.query('SET LOCAL search_path TO pg_catalog');
    const identity = await readIdentity(client);
    const entries = await readHistory(client, history);
    const ledger = await readLedger(client, history);
    const roles = await readRoles(client);
    return { versionNumber, identity, roles, history: entries, ledger };
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

/**
 * Which database this is: the cluster's system identifier (PostgreSQL docs, "Control Data Functions") with the
 * database's name. Null where the role may not ask.
 */
export async function readIdentity(client: pg.Client): Promise<string | null> {
  const { rows: rights } = await client.query<{ allowed: boolean }>(
    `SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS allowed`,
  );
  if (rights[0]?.allowed !== true) return null;
  const { rows } = await client.query<{ identity: string }>(
    `SELECT system_identifier || '/' || pg_catalog.current_database() AS identity
       FROM pg_catalog.pg_control_system()`,
  );
  return rows[0]?.identity ?? null;
}

async function readRoles(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT rolname::text AS name FROM pg_catalog.pg_roles WHERE NOT pg_catalog.starts_with(rolname, 'pg_') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
