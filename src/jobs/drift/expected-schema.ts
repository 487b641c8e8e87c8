import type { CompiledMigration } from '../../domain/migration.ts';
import type { PlannedStatement } from '../../domain/plan.ts';
import type { TargetState } from '../../ports/target.ts';
import { keyOf } from '../../drift/world.ts';
import type { CatalogSnapshot } from '../../shadow/catalog/catalog.ts';
import { ShadowBaselineError, withShadowSession } from '../../shadow/session.ts';
import type { Environment } from '../environment.ts';
import { BaselineProblems } from '../planning/baseline-problems.ts';
import { rollbackGround, type RollbackGround } from '../rollback/rollback-ground.ts';
import type { Tools } from '../tools.ts';

/** The schema that a history makes from nothing. */
export interface Expected {
  readonly ground: RollbackGround;
  readonly schema: CatalogSnapshot;
  /** Keys of the objects that `adding` made another. */
  readonly touched: ReadonlySet<string>;
}

/**
 * Replays an environment's history, and then `adding`, on a shadow of its server's version; a sentence where that
 * cannot be done, or would say nothing.
 */
export async function expectedSchema(
  environment: Environment,
  state: TargetState,
  adding: readonly CompiledMigration[],
  tools: Tools,
  signal: AbortSignal,
): Promise<Expected | string> {
  const { policy } = environment;
  if (state.history.length === 0)
    return 'No migration has run there yet, so there is nothing to compare with.';
  if (policy.baseline?.kind === 'target') {
    return "Its shadows start from the database's own schema (`baseline: target`), so there is no other to compare it with.";
  }
  const ground = await rollbackGround(environment, [], state, tools, signal);
  if (typeof ground === 'string') return ground;
  if (ground.caution !== null) return `Schemas are compared on the same version alone. ${ground.caution}`;
  const unknown = unknownTo(ground, state);
  if (unknown !== undefined) {
    return `Its history holds ${unknown}, of which neither the branch has a file nor the ledger the statements.`;
  }
  try {
    return await withShadowSession(ground.server, { baseline: ground.all, signal }, async (session) => {
      for (const migration of adding) {
        const { problem, statements } = await session.step(migration, 'up');
        if (problem !== null) return problem.message;
        const untried = statements.find(({ notTried }) => notTried !== undefined);
        if (untried !== undefined) return untriedWords(migration, untried);
      }
      const touched = adding.length === 0 ? [] : await session.schemaDiff();
      return { ground, schema: session.schema(), touched: new Set(touched.map(keyOf)) };
    });
  } catch (error) {
    if (error instanceof BaselineProblems) return `Its history could not be replayed: ${error.message}`;
    if (!(error instanceof ShadowBaselineError)) throw error;
    return `Its history could not be replayed: ${error.migration} fails. ${error.message}`;
  }
}

/** What no shadow runs is missing there, and being missing in a database as well it would seem to be there. */
function untriedWords({ name }: CompiledMigration, { sql, notTried = '' }: PlannedStatement): string {
  return `${name} could not be tried: \`${beginningOf(sql)}\` is ${notTried}.`;
}

/** The first words of a statement. */
export function beginningOf(sql: string): string {
  return sql.trim().split(/\s+/).slice(0, 3).join(' ');
}

function unknownTo({ names, files }: RollbackGround, { ledger }: TargetState): string | undefined {
  const known = new Set([...files, ...ledger.flatMap(({ name, adopted }) => (adopted ? [] : [name]))]);
  return names.find((name) => !known.has(name));
}
