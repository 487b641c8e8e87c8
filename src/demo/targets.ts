import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedOptions } from '../database/embedded/embedded-postgres.ts';
import type { Stack } from '../service/stack.ts';
import { environmentNames, type DatabaseName } from './story/databases.ts';

export interface TargetOptions extends Pick<EmbeddedOptions, 'directory' | 'log'> {
  readonly stack: Stack;
}

/**
 * Starts a PostgreSQL with a database for each environment and one for Tidegate's own records, each with a role of its
 * own that may connect to no other. Returns the url of each, which holds that role's password: never to be logged.
 */
export async function startTargets({
  directory,
  log,
  stack,
}: TargetOptions): Promise<(name: DatabaseName) => string> {
  const server = await startEmbeddedPostgres({ directory: join(directory, 'targets'), durable: false, log });
  stack.opened('the targets’ PostgreSQL', server, (open) => open.stop());
  const client = new Client({ connectionString: server.superuserUrl('postgres') });
  await client.connect();
  const urls = new Map<DatabaseName, string>();
  for (const name of [...environmentNames, 'control'] as const) {
    const role = roleOf(name);
    const password = randomBytes(20).toString('hex');
    await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    await client.query(`CREATE DATABASE ${name} OWNER ${role}`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    const url = new URL(server.superuserUrl(name));
    [url.username, url.password] = [role, password];
    urls.set(name, url.href);
  }
  await client.end();
  return (name) => urls.get(name) ?? '';
}

function roleOf(name: DatabaseName): string {
  return name === 'control' ? 'tidegate' : `shop_${name}`;
}
