import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** A database of its own on the tests' shared server. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Ends its sessions and removes it. */
  drop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Creates a database, empty or a copy of another; `await using` or `drop()` removes it again. */
export async function createDatabase(prefix = 'test', copyOf = 'template1'): Promise<TestDatabase> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await asSuperuser(`CREATE DATABASE ${name} TEMPLATE ${copyOf} STRATEGY file_copy`);
  const drop = (): Promise<void> => asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return { name, url: databaseUrl(name), drop, [Symbol.asyncDispose]: drop };
}

/** The superuser's URL of any database on the shared server. */
export function databaseUrl(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs `work` with a connection that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  // What ends the session fails what is asked next.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function asSuperuser(sql: string): Promise<void> {
  await withClient(inject('postgresUrl'), (client) => client.query(sql));
}
