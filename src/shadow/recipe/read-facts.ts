import pg from 'pg';
import { baseOwner, bornAt, readMark } from '../names.ts';
import type { ClientRule, DatabaseFacts, RoleFacts, ServerFacts, SettingFacts } from './facts.ts';
import { withReadingSession } from './reading-session.ts';

interface RoleRow extends RoleFacts {
  readonly isSelf: boolean;
}

const rolesSql = `SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolreplication AS replication, r.rolbypassrls AS "bypassRowSecurity",
    r.rolcanlogin AS login, r.rolname = current_user AS "isSelf",
    ARRAY(SELECT p.rolname::text FROM pg_roles p
           WHERE p.rolname ~ '^pg_' AND pg_has_role(r.oid, p.oid, 'MEMBER') ORDER BY 1) AS "predefinedRoles"
  FROM pg_roles r
 WHERE r.rolname = current_user OR r.rolname = '${baseOwner}' OR r.rolname LIKE 'tidegate\\_shadow\\_%'
 ORDER BY 1`;

interface DatabaseRow {
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly isCurrent: boolean;
  readonly allowsConnections: boolean;
  readonly publicConnects: boolean;
}

const databasesSql = `SELECT d.datname::text AS name, pg_get_userbyid(d.datdba)::text AS owner,
    shobj_description(d.oid, 'pg_database') AS comment, d.datname = current_database() AS "isCurrent", d.datallowconn AS "allowsConnections",
    EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
             WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT') AS "publicConnects"
  FROM pg_database d ORDER BY 1`;

interface RuleRow {
  readonly line: number;
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly address: string | null;
  readonly method: string;
}

const rulesSql = `SELECT line_number AS line, database AS databases, user_name AS users, address, auth_method AS method
  FROM pg_hba_file_rules WHERE error IS NULL ORDER BY line_number`;

interface ServerRow {
  readonly versionNumber: number;
  readonly isReplica: boolean;
}

const serverSql = `SELECT current_setting('server_version_num')::int AS "versionNumber", pg_is_in_recovery() AS "isReplica"`;

interface SettingRow {
  readonly fsync: boolean;
  readonly autovacuum: boolean;
  readonly temporaryFileLimit: number;
}

const settingsSql = `SELECT current_setting('fsync')::boolean AS fsync, current_setting('autovacuum')::boolean AS autovacuum,
    (SELECT setting::int FROM pg_settings WHERE name = 'temp_file_limit') AS "temporaryFileLimit"`;

/** Reads what decides whether a server is fit for hostile SQL. Changes nothing. */
export async function readServerFacts(adminUrl: string): Promise<ServerFacts> {
  return withReadingSession(adminUrl, read);
}

async function read(client: pg.Client): Promise<ServerFacts> {
  const [[server], roles, databases, clientRules, settings] = await Promise.all([
    rowsOf<ServerRow>(client, serverSql),
    rowsOf<RoleRow>(client, rolesSql),
    rowsOf<DatabaseRow>(client, databasesSql),
    rulesOf(client),
    settingsOf(client),
  ]);
  if (server === undefined) throw new Error('The server did not say which it is.');
  const [admin] = roles.filter(({ isSelf }) => isSelf);
  if (admin === undefined) throw new Error('The server did not say who we are.');
  const others = roles.filter(({ isSelf }) => !isSelf);
  return {
    ...server,
    admin,
    baseOwner: others.find(({ name }) => name === baseOwner) ?? null,
    planLogins: others.filter(({ name }) => bornAt(name) !== null),
    databases: databases.map(databaseOf),
    clientRules,
    settings,
  };
}

function databaseOf({ comment, ...rest }: DatabaseRow): DatabaseFacts {
  return { ...rest, isOurs: bornAt(rest.name) !== null && readMark(comment) !== null };
}

async function settingsOf(client: pg.Client): Promise<SettingFacts> {
  const [[settings], mayLimitTemporaryFiles] = await Promise.all([
    rowsOf<SettingRow>(client, settingsSql),
    mayLimit(client),
  ]);
  if (settings === undefined) throw new Error('The server did not tell its settings.');
  return { ...settings, mayLimitTemporaryFiles };
}

const undefinedFunction = '42883';

/** Before PostgreSQL 15 there is no such right, and no function that tells of it. */
async function mayLimit(client: pg.Client): Promise<boolean> {
  try {
    const sql = `SELECT has_parameter_privilege('temp_file_limit', 'SET') AS may`;
    const [limit] = await rowsOf<{ readonly may: boolean }>(client, sql);
    return limit?.may ?? false;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === undefinedFunction) return false;
    throw error;
  }
}

const insufficientPrivilege = '42501';

async function rulesOf(client: pg.Client): Promise<readonly ClientRule[] | null> {
  try {
    return await rowsOf<RuleRow>(client, rulesSql);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === insufficientPrivilege) return null;
    throw error;
  }
}

async function rowsOf<Row extends object>(client: pg.Client, sql: string): Promise<readonly Row[]> {
  return (await client.query<Row>(sql)).rows;
}
