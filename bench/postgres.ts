import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/database/embedded/embedded-postgres.ts';
import { shadowDirectory } from '../src/database/embedded/shadow-directory.ts';
import type { Log } from '../src/ports/log.ts';
import type { Stack } from '../src/service/stack.ts';

/** The server that everything is measured on. */
export interface Server {
  /** The superuser's URL of a database. */
  url(database: string): string;
  readonly version: string;
  createDatabase(): Promise<string>;
  dropDatabase(name: string): Promise<void>;
}

/** Starts it where the shadow servers of the service lie too; the stack ends it. */
export async function startServer(directory: string, log: Log, stack: Stack): Promise<Server> {
  const place = await shadowDirectory(join(await mkdtemp(join(directory, 'server-')), 'postgres'));
  const server = await startEmbeddedPostgres({ directory: place, durable: false, log });
  stack.opened('PostgreSQL', server, (open) => open.stop());
  const url = (database: string): string => server.superuserUrl(database);
  const administer = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> =>
    withClient(url('postgres'), work);
  const version = await administer((client) =>
    client.query<{ server_version: string }>('SHOW server_version'),
  );
  return {
    url,
    version: version.rows[0]?.server_version ?? '',
    async createDatabase() {
      const name = `bench_${randomBytes(6).toString('hex')}`;
      await administer(async (client) => {
        await client.query(`CREATE DATABASE ${name}`);
        // The plans' logins share this server, and a server where they may connect elsewhere is refused.
        await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
      });
      return name;
    },
    async dropDatabase(name) {
      await administer((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Connects, works, and ends the connection. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
