import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Ground } from './ground.ts';
import { baseOwner, loginMark, newDatabaseName, writeMark, type DatabaseKind } from './names.ts';
import { scramVerifier } from './scram-verifier.ts';
import { dropLogin, dropShadowDatabase } from './sweep.ts';

export interface DatabaseTools {
  readonly admin: pg.Pool;
  readonly adminUrl: (database: string) => string;
  readonly now: Clock;
  readonly newId: NewId;
  /** What databases are copied from that hold no migration yet. */
  readonly ground: Ground;
}

/** A shadow database with the one login that may enter it. */
export interface OwnDatabase {
  readonly name: string;
  /** The login's URL: it works as `base_owner`, reaches this database and no other. */
  readonly loginUrl: string;
  drop(): Promise<void>;
  /** Drops the login and leaves the database. */
  dropLogin(): Promise<void>;
}

/** Sessions at once of one login: the trial's, and none to hoard. */
const connections = 2;

/**
 * Copies `template` into a database that nobody may enter before its privileges are set. Objects that the login
 * makes belong to `base_owner`, as on a target they belong to the application's role.
 */
export async function createOwnDatabase(
  tools: DatabaseTools,
  kind: DatabaseKind,
  template: string,
): Promise<OwnDatabase> {
  const { admin } = tools;
  const name = newDatabaseName(kind, tools.now, tools.newId);
  const quoted = pg.escapeIdentifier(name);
  const mark = writeMark(kind === 'clone' ? { kind: 'clone' } : { kind: 'building' });
  const password = randomBytes(24).toString('base64url');
  const verifier = scramVerifier(password, randomBytes(16));
  const drop = async (): Promise<void> => {
    await dropShadowDatabase(admin, name);
    await dropLogin(admin, name);
  };
  await admin.query(
    `CREATE DATABASE ${quoted} TEMPLATE ${pg.escapeIdentifier(template)} STRATEGY file_copy ALLOW_CONNECTIONS false`,
  );
  try {
    await admin.query(`BEGIN;
      COMMENT ON DATABASE ${quoted} IS ${pg.escapeLiteral(mark)};
      CREATE ROLE ${quoted} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT
        CONNECTION LIMIT ${connections} PASSWORD ${pg.escapeLiteral(verifier)};
      COMMENT ON ROLE ${quoted} IS ${pg.escapeLiteral(loginMark)};
      GRANT ${baseOwner} TO ${quoted};
      ALTER ROLE ${quoted} SET role = '${baseOwner}';
      REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC;
      GRANT CONNECT, TEMPORARY ON DATABASE ${quoted} TO ${quoted};
      GRANT CREATE, TEMPORARY ON DATABASE ${quoted} TO ${baseOwner};
      ${boundTemporaryFiles(quoted)};
      ALTER DATABASE ${quoted} ALLOW_CONNECTIONS true;
      COMMIT`);
  } catch (error) {
    await drop();
    throw error;
  }
  return {
    name,
    loginUrl: loginUrl(tools.adminUrl(name), name, password),
    drop,
    async dropLogin() {
      await admin.query(`REVOKE ALL ON DATABASE ${quoted} FROM ${quoted}`);
      await dropLogin(admin, name);
    },
  };
}

/** Where the server lets us: what a statement spills to disk does not count as the database's size. */
function boundTemporaryFiles(login: string): string {
  return `DO $$ BEGIN ALTER ROLE ${login} SET temp_file_limit = '1GB'; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$`;
}

function loginUrl(url: string, name: string, password: string): string {
  const other = new URL(url);
  other.username = name;
  other.password = password;
  return other.href;
}
