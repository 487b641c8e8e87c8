import { createHmac, randomBytes } from 'node:crypto';
import pg from 'pg';
import { withSession } from './brief-session.ts';
import { adminRole, baseOwner } from './names.ts';
import { scramVerifier } from './scram-verifier.ts';

// Any number: it keeps two processes from making the same roles at once.
const setupLock = 7_124_530_117;

/**
 * Makes the administrator on a server of our own, and returns the URL to be that one. Its password is derived
 * from the superuser's, so that all who know that one agree on it and nobody else can know it.
 */
export async function makeAdmin(superuserUrl: string): Promise<string> {
  const adminUrl = new URL(superuserUrl);
  const password = createHmac('sha256', adminUrl.password).update(adminRole).digest('base64url');
  adminUrl.username = adminRole;
  adminUrl.password = password;
  await withSetupLock(superuserUrl, async (client) => {
    if (!(await roleExists(client, adminRole))) await client.query(`CREATE ROLE ${adminRole}`);
    await client.query(
      `ALTER ROLE ${adminRole} LOGIN NOSUPERUSER CREATEDB CREATEROLE NOREPLICATION NOBYPASSRLS
       PASSWORD ${pg.escapeLiteral(scramVerifier(password, randomBytes(16)))}`,
    );
    const database = pg.escapeIdentifier(databaseOf(superuserUrl));
    await client.query(`GRANT pg_signal_backend TO ${adminRole};
      GRANT SET ON PARAMETER temp_file_limit TO ${adminRole};
      REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${database} TO ${adminRole}`);
  });
  return adminUrl.href;
}

/** Makes the role that owns what migrations make. Done by the administrator, who may then hand objects to it. */
export async function makeBaseOwner(adminUrl: string): Promise<void> {
  await withSetupLock(adminUrl, async (client) => {
    if (await roleExists(client, baseOwner)) return;
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    const modern = (rows[0]?.version ?? 0) >= 160_000;
    await client.query(`CREATE ROLE ${baseOwner} NOLOGIN`);
    await client.query(`GRANT ${baseOwner} TO CURRENT_USER ${modern ? 'WITH INHERIT FALSE, SET TRUE' : ''}`);
  });
}

async function roleExists(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1', [name]);
  return rowCount === 1;
}

/** Runs `work` with a connection while no other process makes roles or databases of ours on that server. */
export async function withSetupLock<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withSession(url, async (client) => {
    await client.query('SELECT pg_catalog.pg_advisory_lock($1)', [setupLock]);
    return work(client);
  });
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres';
}
