import type { Node } from 'libpg-query';
import pg from 'pg';
import type { CompiledMigration, Script } from '../domain/migration.ts';
import type { BaselineRequest } from './baseline-request.ts';
import { withSession } from './brief-session.ts';
import { keepCatalog, removeKept } from './catalog/kept-catalog.ts';
import { readerOptions } from './catalog/read-catalog.ts';
import { createOwnDatabase, type DatabaseTools, type OwnDatabase } from './databases.ts';
import { failureOf, ShadowBaselineError } from './errors.ts';
import { givenAlready } from './given-extensions.ts';
import type { GivenExtension } from './ground.ts';
import { historyAnewSql, historySql } from './history-table.ts';
import { runLending } from './lend-schemas.ts';
import { baseOwner, writeMark } from './names.ts';
import { defaultLimits, openLogin, planConnection, type PlanConnection } from './plan-connection.ts';
import { isPrivileged, nodesOf, reasonNotTried } from './privileged-kinds.ts';
import { runStart } from './run-start.ts';
import { ensureStandInRoles, rolesNeeded } from './stand-in-roles.ts';

/** A template that holds the first migrations of a baseline already. */
export interface Foundation {
  readonly template: string;
  /** How many. */
  readonly holds: number;
}

/**
 * Replays migrations, after the schema that they start from where there is one, on an empty database or on a copy of `foundation`, and closes it as a template of that key;
 * returns its name. Throws ShadowBaselineError where one of them fails.
 */
export async function buildBaseline(
  tools: DatabaseTools,
  key: string,
  request: BaselineRequest,
  foundation: Foundation | null,
): Promise<string> {
  const database = await createOwnDatabase(tools, 'base', foundation?.template ?? tools.ground.database);
  const asReader = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> =>
    withSession(tools.adminUrl(database.name), work, { options: readerOptions });
  try {
    if (foundation === null) await givePublicSchema(tools.adminUrl(database.name));
    else await asReader(removeKept);
    await replay(tools, database, request, foundation);
    await database.dropLogin();
    await asReader((client) => keepCatalog(client, request.settings));
    const quoted = pg.escapeIdentifier(database.name);
    const usedAt = Math.floor(tools.now().getTime() / 1000);
    const mark = pg.escapeLiteral(writeMark({ kind: 'baseline', key, usedAt }));
    await tools.admin.query(`ALTER DATABASE ${quoted} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await tools.admin.query(`COMMENT ON DATABASE ${quoted} IS ${mark}`);
    return database.name;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** `public` belongs to the database's owner, our administrator, unless it is given away. */
async function givePublicSchema(adminUrl: string): Promise<void> {
  await withSession(adminUrl, (client) => client.query(`ALTER SCHEMA public OWNER TO ${baseOwner}`));
}

async function replay(
  tools: DatabaseTools,
  { name, loginUrl }: OwnDatabase,
  { start, steps, load, settings, roles, onProgress }: BaselineRequest,
  foundation: Foundation | null,
): Promise<void> {
  const from = foundation?.holds ?? 0;
  const given = tools.ground.extensions;
  const begins = foundation === null ? start : undefined;
  const beginning = (await begins?.load()) ?? [];
  const migrations = await load(from);
  const names = steps().map((step) => step.name);
  const scripts = [{ up: { statements: beginning, transaction: false }, down: null }, ...migrations];
  await ensureStandInRoles(tools, await rolesNeeded(scripts, roles));
  const login = await openLogin(loginUrl, name);
  const connection = planConnection(login, { admin: tools.admin, limits: defaultLimits, signal: undefined });
  try {
    if (begins !== undefined) {
      await runStart(connection, begins.label, beginning, given);
      await connection.run(historyAnewSql(settings, [...begins.standsFor, ...names]));
    } else await connection.run(historySql(settings, names.slice(from)));
    for (const [at, migration] of migrations.entries()) {
      await replayOne(connection, migration, given);
      onProgress?.(from + at + 1, names.length);
    }
    // What a migration made after SET ROLE NONE would otherwise keep the login from being dropped.
    await connection.run(`SET ROLE NONE; REASSIGN OWNED BY ${pg.escapeIdentifier(name)} TO ${baseOwner}`);
  } finally {
    await connection.close();
  }
}

async function replayOne(
  connection: PlanConnection,
  migration: CompiledMigration,
  given: readonly GivenExtension[],
): Promise<void> {
  const script = migration.up;
  let running = '';
  const run = async (sql: string, nodes: readonly Node[] = []): Promise<void> => {
    running = sql;
    await (script.transaction ? runLending(connection, nodes, sql) : connection.run(sql));
  };
  try {
    await runScript(script, run, given);
  } catch (error) {
    throw new ShadowBaselineError(migration.name, failureOf(error, running).detail, { cause: error });
  }
  await connection.clean();
}

type Run = (sql: string, nodes?: readonly Node[]) => Promise<void>;

async function runScript(script: Script, run: Run, given: readonly GivenExtension[]): Promise<void> {
  if (script.transaction) await run('BEGIN');
  for (const { sql } of script.statements) await runOne(script, sql, run, given);
  if (script.transaction) await run('COMMIT');
}

/** A statement that needs more than the login has, or makes what is there, is left out, and the rest goes on. */
async function runOne(
  script: Script,
  sql: string,
  run: Run,
  given: readonly GivenExtension[],
): Promise<void> {
  const nodes = await nodesOf(sql);
  if (!nodes.some(isPrivileged)) return run(sql, nodes);
  if (script.transaction) await run('SAVEPOINT tidegate_try');
  try {
    await run(sql, nodes);
  } catch (error) {
    const failure = failureOf(error, sql);
    const isLeftOut =
      reasonNotTried(nodes, failure.sqlState) !== null ||
      givenAlready(nodes, failure.sqlState, given) !== null;
    if (failure.sessionLost || !isLeftOut) throw error;
    if (script.transaction) await run('ROLLBACK TO SAVEPOINT tidegate_try');
  }
}
