import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** A session of a plan's login. The database is named as well, lest the number belongs to another one by now. */
export interface PlanSession {
  readonly admin: pg.Pool;
  readonly database: string;
  readonly pid: number;
}

const attempts = 20;
const betweenMs = 250;

/**
 * Ends a session and waits for its end, for seconds at most. Never throws. A session can hold every lock of the
 * server, so that nothing can be asked there; on this machine it is then told by the kernel instead.
 */
export async function endSession(session: PlanSession): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      await terminate(session);
      return;
    } catch {
      await signalHere(session);
      await sleep(betweenMs);
    }
  }
}

async function terminate({ admin, database, pid }: PlanSession): Promise<void> {
  await admin.query(
    `SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity
      WHERE pid = $1 AND datname = $2`,
    [pid, database],
  );
}

/** A server process is titled by its login and its database (PostgreSQL's "Standard Unix Tools"). */
async function signalHere({ database, pid }: PlanSession): Promise<void> {
  const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!title.startsWith('postgres: ') || !title.includes(` ${database} `)) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended meanwhile, or is not ours to signal: the next attempt asks the server again.
  }
}
