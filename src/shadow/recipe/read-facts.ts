import pg from 'pg';
import { z } from 'zod';
import { baseOwner, bornAt, readMark } from '../names.ts';
import type { ClientRule, DatabaseFacts, ServerFacts, SettingFacts } from './facts.ts';
import { withReadingSession } from './reading-session.ts';

const roleRow = z.object({
  name: z.string(),
  superuser: z.boolean(),
  createRole: z.boolean(),
  createDatabase: z.boolean(),
  replication: z.boolean(),
  bypassRowSecurity: z.boolean(),
  login: z.boolean(),
  isSelf: z.boolean(),
  predefinedRoles: z.array(z.string()),
});

const rolesSql = `SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolreplication AS replication, r.rolbypassrls AS "bypassRowSecurity",
    r.rolcanlogin AS login, r.rolname = current_user AS "isSelf",
    ARRAY(SELECT p.rolname::text FROM pg_roles p
           WHERE p.rolname ~ '^pg_' AND pg_has_role(r.oid, p.oid, 'MEMBER') ORDER BY 1) AS "predefinedRoles"
  FROM pg_roles r
 WHERE r.rolname = current_user OR r.rolname = '${baseOwner}' OR r.rolname LIKE 'tidegate\\_shadow\\_%'
 ORDER BY 1`;

const databaseRow = z.object({
  name: z.string(),
  owner: z.string(),
  comment: z.string().nullable(),
  isCurrent: z.boolean(),
  allowsConnections: z.boolean(),
  publicConnects: z.boolean(),
});

const databasesSql = `SELECT d.datname::text AS name, pg_get_userbyid(d.datdba)::text AS owner,
    shobj_description(d.oid, 'pg_database') AS comment, d.datname = current_database() AS "isCurrent", d.datallowconn AS "allowsConnections",
    EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
             WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT') AS "publicConnects"
  FROM pg_database d ORDER BY 1`;

const ruleRow = z.object({
  line: z.int(),
  databases: z.array(z.string()),
  users: z.array(z.string()),
  address: z.string().nullable(),
  method: z.string(),
});

const rulesSql = `SELECT line_number AS line, database AS databases, user_name AS users, address, auth_method AS method
  FROM pg_hba_file_rules WHERE error IS NULL ORDER BY line_number`;

const serverRow = z.object({ versionNumber: z.int(), isReplica: z.boolean() });

const serverSql = `SELECT current_setting('server_version_num')::int AS "versionNumber", pg_is_in_recovery() AS "isReplica"`;

const settingRow = z.object({ fsync: z.boolean(), autovacuum: z.boolean(), temporaryFileLimit: z.int() });

const settingsSql = `SELECT current_setting('fsync')::boolean AS fsync, current_setting('autovacuum')::boolean AS autovacuum,
    (SELECT setting::int FROM pg_settings WHERE name = 'temp_file_limit') AS "temporaryFileLimit"`;

/** Reads what decides whether a server is fit for hostile SQL. Changes nothing. */
export async function readServerFacts(adminUrl: string): Promise<ServerFacts> {
  return withReadingSession(adminUrl, read);
}

async function read(client: pg.Client): Promise<ServerFacts> {
  const [server] = await rowsOf(client, serverRow, serverSql);
  const roles = await rowsOf(client, roleRow, rolesSql);
  const [admin] = roles.filter(({ isSelf }) => isSelf);
  if (server === undefined || admin === undefined) throw new Error('The server did not say who we are.');
  const others = roles.filter(({ isSelf }) => !isSelf);
  return {
    ...server,
    admin,
    baseOwner: others.find(({ name }) => name === baseOwner) ?? null,
    planLogins: others.filter(({ name }) => bornAt(name) !== null),
    databases: (await rowsOf(client, databaseRow, databasesSql)).map(databaseOf),
    clientRules: await rulesOf(client),
    settings: await settingsOf(client, server.versionNumber),
  };
}

function databaseOf({ comment, ...rest }: z.infer<typeof databaseRow>): DatabaseFacts {
  return { ...rest, isOurs: bornAt(rest.name) !== null && readMark(comment) !== null };
}

async function settingsOf(client: pg.Client, versionNumber: number): Promise<SettingFacts> {
  const [settings] = await rowsOf(client, settingRow, settingsSql);
  if (settings === undefined) throw new Error('The server did not tell its settings.');
  if (versionNumber < 150_000) return { ...settings, mayLimitTemporaryFiles: false };
  const may = z.object({ may: z.boolean() });
  const sql = `SELECT has_parameter_privilege('temp_file_limit', 'SET') AS may`;
  const [row] = await rowsOf(client, may, sql);
  return { ...settings, mayLimitTemporaryFiles: row?.may ?? false };
}

const insufficientPrivilege = '42501';

async function rulesOf(client: pg.Client): Promise<readonly ClientRule[] | null> {
  try {
    return await rowsOf(client, ruleRow, rulesSql);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === insufficientPrivilege) return null;
    throw error;
  }
}

async function rowsOf<T>(client: pg.Client, shape: z.ZodType<T>, sql: string): Promise<readonly T[]> {
  const { rows } = await client.query<Record<string, unknown>>(sql);
  return rows.map((row) => shape.parse(row));
}
