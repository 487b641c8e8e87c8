import pg from 'pg';
import type { Log } from '../ports/log.ts';
import { baseOwner } from './names.ts';

/** The administrator's sessions on a shadow server. */
export interface Admin {
  readonly pool: pg.Pool;
  /** What the server says of itself; asked as soon as it can be reached. */
  readonly look: Promise<Look>;
  /** Ends them all. */
  close(): Promise<void>;
}

export interface Look {
  readonly versionNumber: number;
  /** Whether the role that owns what migrations make is there. */
  readonly hasOwner: boolean;
}

/**
 * Begins to connect, and changes nothing. `waits`: whether closing waits until the server has ended the sessions, as it
 * does by itself.
 */
export function openAdmin(url: string, log: Log, waits = true): Admin {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    // What is idle then keeps no process from ending.
    allowExitOnIdle: !waits,
    application_name: 'tidegate shadow',
    Client: PunctualClient,
  });
  // One that breaks while it is lent fails what is asked next; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let isClosing = false;
  pool.on('error', (error) => {
    if (!isClosing) log.warn({ error: error.message }, 'the shadow server closed a connection');
  });
  const looking = look(pool);
  // Told to whoever awaits it, which may be later.
  looking.catch(() => undefined);
  return {
    pool,
    look: looking,
    async close() {
      isClosing = true;
      const ended = pool.end();
      if (waits) await ended;
    },
  };
}

/** The pool's own limit would count the wait for one of its connections as well. */
class PunctualClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: 15_000 });
  }
}

async function look(admin: pg.Pool): Promise<Look> {
  const { rows } = await admin.query<Look>(
    `SELECT pg_catalog.current_setting('server_version_num')::int AS "versionNumber",
            EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1) AS "hasOwner"`,
    [baseOwner],
  );
  return rows[0] ?? { versionNumber: 0, hasOwner: false };
}
