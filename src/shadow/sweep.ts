import pg from 'pg';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { bornAt, loginMark, readMark, standInMadeAt, type Mark } from './names.ts';

/** A trial ends long before: what is older was left by a process that was killed. */
const staleSeconds = 2 * 60 * 60;
/** A role that migrations name is made again where it is missing; a baseline that holds to it keeps it. */
const staleRoleSeconds = 24 * 60 * 60;

/** A database of ours as the server lists it. */
export interface ShadowDatabase {
  readonly name: string;
  readonly bornAt: number;
  readonly mark: Mark;
}

/** All databases that carry both our name and our mark, and no other. */
export async function listShadowDatabases(admin: pg.Pool): Promise<readonly ShadowDatabase[]> {
  const { rows } = await admin.query<{ name: string; comment: string | null }>(
    `SELECT datname AS name, pg_catalog.shobj_description(oid, 'pg_database') AS comment
       FROM pg_catalog.pg_database WHERE datname LIKE 'tidegate\\_shadow\\_%'`,
  );
  return rows.flatMap(({ name, comment }) => {
    const [born, mark] = [bornAt(name), readMark(comment)];
    return born === null || mark === null ? [] : [{ name, bornAt: born, mark }];
  });
}

/** Removes clones, half-built baselines and logins that a killed process left, by their age. */
export async function sweepLeftovers(admin: pg.Pool, now: Clock, log: Log): Promise<void> {
  const oldest = Math.floor(now().getTime() / 1000) - staleSeconds;
  for (const database of await listShadowDatabases(admin)) {
    if (database.mark.kind === 'baseline' || database.bornAt >= oldest) continue;
    await attempt(log, database.name, () => dropShadowDatabase(admin, database.name));
  }
  for (const login of await listLogins(admin)) {
    if ((bornAt(login) ?? oldest) >= oldest) continue;
    await attempt(log, login, () => dropLogin(admin, login));
  }
  await sweepStandInRoles(admin, oldest + staleSeconds - staleRoleSeconds, log);
}

async function sweepStandInRoles(admin: pg.Pool, oldest: number, log: Log): Promise<void> {
  const { rows } = await admin.query<{ name: string; comment: string | null }>(
    `SELECT rolname AS name, pg_catalog.shobj_description(oid, 'pg_authid') AS comment
       FROM pg_catalog.pg_roles r WHERE NOT rolcanlogin AND NOT EXISTS
            (SELECT FROM pg_catalog.pg_shdepend s
              WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.refobjid = r.oid
                AND s.classid <> 'pg_catalog.pg_auth_members'::regclass)`,
  );
  for (const { name, comment } of rows) {
    if ((standInMadeAt(comment) ?? oldest) >= oldest) continue;
    await attempt(log, name, async () => {
      await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`);
    });
  }
}

/** Ends the sessions of a database and drops it. The caller has seen its mark. */
export async function dropShadowDatabase(admin: pg.Pool, name: string): Promise<void> {
  if (bornAt(name) === null) throw new Error(`Expected the name of a shadow database, found "${name}".`);
  const quoted = pg.escapeIdentifier(name);
  const { rowCount } = await admin.query('SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1', [name]);
  if (rowCount === 0) return;
  await admin.query(`ALTER DATABASE ${quoted} IS_TEMPLATE false`);
  await dropCopy(admin, name);
}

/** The same for a database that was never made a template. */
export async function dropCopy(admin: pg.Pool, name: string): Promise<void> {
  if (bornAt(name) === null) throw new Error(`Expected the name of a shadow database, found "${name}".`);
  await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

export async function dropLogin(admin: pg.Pool, name: string): Promise<void> {
  if (bornAt(name) === null) throw new Error(`Expected the name of a shadow login, found "${name}".`);
  await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`);
}

/** Logins of ours whose database is gone. */
async function listLogins(admin: pg.Pool): Promise<readonly string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT r.rolname AS name FROM pg_catalog.pg_roles r
      WHERE r.rolname LIKE 'tidegate\\_shadow\\_%'
        AND pg_catalog.shobj_description(r.oid, 'pg_authid') = $1
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_database d WHERE d.datname = r.rolname)`,
    [loginMark],
  );
  return rows.map(({ name }) => name);
}

async function attempt(log: Log, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    log.info({ name }, 'removed what an earlier run left on the shadow server');
  } catch (error) {
    log.warn(
      { name, error: String(error) },
      'could not remove what an earlier run left on the shadow server',
    );
  }
}
