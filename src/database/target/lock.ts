import type pg from 'pg';
import { TargetUnavailable } from '../../ports/target.ts';
import { connect, type ConnectRequest, type TargetConnection } from './connect.ts';

/** node-pg-migrate's `PG_MIGRATE_LOCK_ID`: shared by every runner of it. */
export const migrationLock = '7241865325823964';

/** node-pg-migrate's advisory lock, on a connection that no migration can reach. */
export interface MigrationLock {
  readonly connection: TargetConnection;
  /** Whether the lock still stands; takes it again where its connection was lost and nobody else has it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export interface LockRequest extends ConnectRequest {
  readonly waitMs: number;
  readonly wait: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/**
 * Waits its turn for the lock, asking again with growing, jittered pauses: a session that waits inside the server
 * would hold back vacuum and index builds.
 * @throws TargetUnavailable where another migration runs for longer than `waitMs`.
 */
export async function takeMigrationLock(request: LockRequest): Promise<MigrationLock> {
  let connection = await connect(request);
  try {
    await waitForLock(connection, request);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    get connection() {
      return connection;
    },
    isHeld: async () => {
      if (await holdsLock(connection.client).catch(() => false)) return true;
      await connection.close();
      connection = await connect(request);
      return tryLock(connection.client);
    },
    release: () => connection.close(),
  };
}

async function waitForLock(connection: TargetConnection, request: LockRequest): Promise<void> {
  let waitedMs = 0;
  for (let pauseMs = 50; !(await tryLock(connection.client)); pauseMs = Math.min(pauseMs * 2, 1_000)) {
    if (waitedMs >= request.waitMs) throw await busy(connection, request);
    const jitteredMs = Math.min(pauseMs * (0.5 + request.random()), request.waitMs - waitedMs);
    waitedMs += Math.max(jitteredMs, 1);
    await request.wait(jitteredMs);
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    `SELECT pg_catalog.pg_try_advisory_lock(${migrationLock}) AS taken`,
  );
  return rows[0]?.taken === true;
}

/** The lock as `pg_locks` shows it: a bigint key in two halves, with 1 in `objsubid` (PostgreSQL docs, "pg_locks"). */
async function holdsLock(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_catalog.pg_locks
      WHERE locktype = 'advisory' AND granted AND pid = pg_catalog.pg_backend_pid() AND objsubid = 1
        AND (classid::bigint << 32) | objid::bigint = ${migrationLock}`,
  );
  return rowCount === 1;
}

async function busy(connection: TargetConnection, request: LockRequest): Promise<TargetUnavailable> {
  const { rows } = await connection.client.query<{ pid: number; program: string | null }>(
    `SELECT l.pid, a.application_name AS program
       FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        AND (l.classid::bigint << 32) | l.objid::bigint = ${migrationLock}`,
  );
  const [holder] = rows;
  const who =
    holder === undefined ? '' : ` (backend ${holder.pid}${holder.program ? `, ${holder.program}` : ''})`;
  return new TargetUnavailable(
    `Another migration is running on the database of environment ${request.environment} at ${connection.place}${who}: ` +
      `its lock was not free within ${Math.round(request.waitMs / 1000)} s. ` +
      'Wait for it to end, or end that backend if it is left over, then try again.',
  );
}
