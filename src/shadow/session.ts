import pg from 'pg';
import type { CompiledMigration, Direction, MigrationSettings } from '../domain/migration.ts';
import type { Reversibility } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import { ask } from './ask.ts';
import { diffSnapshots } from './catalog/diff.ts';
import { snapshotCatalog, type CatalogSnapshot } from './catalog/snapshot.ts';
import { createOwnDatabase, type OwnDatabase } from './databases.ts';
import { defaultLimits, openPlanConnection, type Limits } from './plan-connection.ts';
import { rolesCreatedBy } from './privileged-kinds.ts';
import { prove, type StepStates } from './prove.ts';
import { runScript, type Occasion, type StepTrial } from './run-script.ts';
import type { Bench } from './run-statement.ts';
import type { ShadowServer } from './shadow-server.ts';
import { ensureStandInRoles } from './stand-in-roles.ts';

export { ShadowBaselineError } from './errors.ts';
export type { StepTrial } from './run-script.ts';

/** A throw-away database that holds a baseline, on which migrations are tried. */
export interface ShadowSession {
  /**
   * Answers a question of a migration's own code (`pgm.db`): one statement in a read-only transaction, at most
   * 1,000 rows and 1 MB. Throws an Error in words for the migration's author.
   */
  ask(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Runs one direction of a migration. A failure is an answer; what follows then runs on what was there before. */
  step(migration: CompiledMigration, direction: Direction): Promise<StepTrial>;
  /** Takes back the migrations just stepped up (given in that order), newest first, and runs them all again. */
  prove(migrations: readonly CompiledMigration[]): Promise<{
    readonly reversibility: readonly Reversibility[];
    readonly problems: readonly Problem[];
  }>;
  /** What the steps so far changed, compared with the baseline. */
  schemaDiff(): Promise<readonly SchemaChange[]>;
}

export interface ShadowRequest {
  /** What the database holds beforehand, in order. */
  readonly baseline: readonly CompiledMigration[];
  readonly settings: MigrationSettings;
  /** Roles of the target that migrations may grant to. */
  readonly roles?: readonly string[];
  readonly signal?: AbortSignal;
  /** Told while a baseline is built that no other plan has built. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly limits?: Partial<Limits>;
}

/**
 * Gives `work` a database of its own and drops it afterwards, whatever happened. Throws ShadowBaselineError where
 * the baseline does not replay, and the signal's reason where it was aborted.
 */
export async function withShadowSession<T>(
  server: ShadowServer,
  request: ShadowRequest,
  work: (session: ShadowSession) => Promise<T>,
): Promise<T> {
  request.signal?.throwIfAborted();
  const statements = request.baseline.flatMap(({ up }) => up.statements);
  await ensureStandInRoles(server, [...(request.roles ?? []), ...(await rolesCreatedBy(statements))]);
  const clone = await cloneBaseline(server, request);
  try {
    request.signal?.throwIfAborted();
    return await inDatabase(server, request, clone, work);
  } finally {
    await clone.drop().catch((error: unknown) => {
      server.log.warn(
        { name: clone.name, error: String(error) },
        'a shadow database stays until it is swept',
      );
    });
  }
}

/** Another process may drop the template between its taking and its copying: then once more. */
async function cloneBaseline(server: ShadowServer, request: ShadowRequest): Promise<OwnDatabase> {
  const gone = '3D000';
  try {
    return await createOwnDatabase(server, 'clone', await server.baselines.take(request));
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === gone)) throw error;
    return createOwnDatabase(server, 'clone', await server.baselines.take(request));
  }
}

async function inDatabase<T>(
  server: ShadowServer,
  { settings, signal, limits }: ShadowRequest,
  { name, loginUrl }: OwnDatabase,
  work: (session: ShadowSession) => Promise<T>,
): Promise<T> {
  const observer = new pg.Client({
    connectionString: server.adminUrl(name),
    options: '-c search_path=pg_catalog',
    application_name: 'tidegate shadow observer',
  });
  observer.on('error', () => undefined);
  await observer.connect();
  try {
    const connection = await openPlanConnection({
      url: loginUrl,
      database: name,
      admin: server.admin,
      limits: { ...defaultLimits, ...limits },
      signal,
    });
    try {
      return await work(await openSession(server, { connection, observer }, settings));
    } finally {
      await connection.close();
    }
  } finally {
    await observer.end();
  }
}

async function openSession(
  server: ShadowServer,
  bench: Bench,
  settings: MigrationSettings,
): Promise<ShadowSession> {
  const look = (): Promise<CatalogSnapshot> => snapshotCatalog(bench.observer, settings);
  const baseline = await look();
  const states = new Map<string, StepStates>();
  let now = baseline;
  const run = async (migration: CompiledMigration, occasion: Occasion): Promise<StepTrial> => {
    const script = occasion === 'down' ? migration.down : migration.up;
    if (script === null) return { statements: [], problem: noDown(migration), notes: [] };
    await ensureStandInRoles(server, await rolesCreatedBy(script.statements));
    const trial = await runScript(bench, migration, script, occasion);
    now = await look();
    return trial;
  };
  return {
    ask: (sql) => ask(bench.connection, sql),
    async step(migration, direction) {
      const before = now;
      const trial = await run(migration, direction);
      if (direction === 'up') states.set(migration.name, { before, after: now });
      return trial;
    },
    prove: (migrations) => prove({ run, now: () => now, states }, migrations),
    schemaDiff: () => Promise.resolve(diffSnapshots(baseline, now)),
  };
}

function noDown({ name, path }: CompiledMigration): Problem {
  return {
    code: 'no-down',
    message: `${name} was to be taken back, but it has no down. Write one, or take its changes back by a new migration.`,
    migration: name,
    path,
  };
}
