import pg from 'pg';
import type { CompiledMigration, Direction, Statement } from '../domain/migration.ts';
import type { Reversibility } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import { ask } from './ask.ts';
import type { BaselineRequest } from './baseline-request.ts';
import { relationIn, snapshotOf, type CatalogSnapshot } from './catalog/catalog.ts';
import { diffSnapshots } from './catalog/diff.ts';
import { followCatalog, prepareFollower } from './catalog/follow.ts';
import { catalogIn } from './catalog/kept-catalog.ts';
import { readCatalog } from './catalog/read-catalog.ts';
import type { Clone } from './clone.ts';
import { followGiven } from './given-extensions.ts';
import { defaultLimits, planConnection, type Limits, type PlanConnection } from './plan-connection.ts';
import { prove, type StepStates } from './prove.ts';
import { runScript, type Occasion, type StepTrial } from './run-script.ts';
import type { Bench } from './run-statement.ts';
import type { ShadowServer } from './shadow-server.ts';
import { ensureStandInRoles, rolesNeeded } from './stand-in-roles.ts';

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
  /** The schema as the steps so far have left it. */
  schema(): CatalogSnapshot;
}

export interface ShadowRequest {
  /** What the database holds beforehand. */
  readonly baseline: BaselineRequest;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<Limits>;
}

/**
 * Gives `work` a database of its own, which is dropped afterwards, whatever happened. Throws ShadowBaselineError
 * where the baseline does not replay, and the signal's reason where it was aborted.
 */
export async function withShadowSession<T>(
  server: ShadowServer,
  request: ShadowRequest,
  work: (session: ShadowSession) => Promise<T>,
): Promise<T> {
  request.signal?.throwIfAborted();
  const clone = await takeClone(server, request.baseline);
  try {
    request.signal?.throwIfAborted();
    const limits = { ...defaultLimits, ...request.limits };
    const watch = { admin: server.admin, limits, signal: request.signal };
    const connection = planConnection(clone.login, watch);
    return await work(await openSession(server, request.baseline, clone, connection));
  } finally {
    server.clones.discard(clone);
  }
}

/** Another process may drop the template between its taking and its copying: then once more. */
async function takeClone(server: ShadowServer, baseline: BaselineRequest): Promise<Clone> {
  const gone = '3D000';
  const template = await server.baselines.take(baseline);
  try {
    return await server.clones.take(template);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === gone)) throw error;
    server.baselines.forget(template);
    return server.clones.take(await server.baselines.take(baseline));
  }
}

async function openSession(
  server: ShadowServer,
  request: BaselineRequest,
  { observer, template, isPrepared, kept }: Clone,
  connection: PlanConnection,
): Promise<ShadowSession> {
  const { settings, roles } = request;
  const catalog = await server.catalogs.of(template, async () => {
    return (kept === null ? null : catalogIn(kept)) ?? readCatalog(observer, settings);
  });
  // While the first statements run. Where it fails, so will the question that it was for.
  if (!isPrepared) prepareFollower(observer, settings).catch(() => undefined);
  const given = followGiven(server.ground.extensions, observer, () => statementsOf(request));
  const bench: Bench = { connection, observer, system: [...catalog.system.keys()], given };
  const baseline = snapshotOf(catalog);
  const states = new Map<string, StepStates>();
  let now = baseline;
  const run = async (migration: CompiledMigration, occasion: Occasion): Promise<StepTrial> => {
    const script = occasion === 'down' ? migration.down : migration.up;
    if (script === null) return { statements: [], problem: noDown(migration), touch: null };
    await ensureStandInRoles(server, await rolesNeeded([migration], roles));
    const present = now;
    const known = { get: (oid: string) => relationIn(present, oid) };
    const forget = given.mark();
    const trial = await runScript(bench, migration, script, occasion, known);
    if (trial.problem !== null) forget();
    now = await followCatalog(observer, settings, now, trial.touch);
    return trial;
  };
  return {
    ask: (sql) => ask(connection, sql),
    async step(migration, direction) {
      const before = now;
      const trial = await run(migration, direction);
      if (direction === 'up') states.set(migration.name, { before, after: now });
      return trial;
    },
    prove: (migrations) => prove({ run, now: () => now, states }, migrations),
    schemaDiff: () => Promise.resolve(diffSnapshots(baseline, now)),
    schema: () => now,
  };
}

/** All that made the baseline. */
async function statementsOf({ start, load }: BaselineRequest): Promise<readonly Statement[]> {
  const beginning = (await start?.load()) ?? [];
  return [...beginning, ...(await load(0)).flatMap(({ up }) => up.statements)];
}

function noDown({ name, path }: CompiledMigration): Problem {
  return {
    code: 'no-down',
    message: `${name} was to be taken back, but it has no down. Write one, or take its changes back by a new migration.`,
    migration: name,
    path,
  };
}
