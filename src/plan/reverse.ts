import type { CompiledMigration, Direction, Script } from '../domain/migration.ts';
import { notReachedReason, type PlannedStatement, type PlanStep } from '../domain/plan.ts';

const nothing: Script = { statements: [], transaction: true };

/** What a migration runs in one direction, and what takes that back; null where nothing does. */
export function scriptsOf(
  migration: Pick<CompiledMigration, 'up' | 'down'>,
  direction: Direction,
): { readonly forth: Script; readonly back: Script | null } {
  if (direction === 'up') return { forth: migration.up, back: migration.down };
  return { forth: migration.down ?? nothing, back: migration.up };
}

/** A migration in one direction as a step of a plan; `observed` is what a shadow saw, statement by statement. */
export function planStepOf(
  migration: CompiledMigration,
  direction: Direction,
  observed: readonly PlannedStatement[] = [],
): PlanStep {
  const { forth, back } = scriptsOf(migration, direction);
  const { name, path, checksum } = migration;
  return {
    migration: name,
    path,
    checksum,
    direction,
    transaction: forth.transaction,
    statements: forth.statements.map((statement, index) => observed[index] ?? notReached(statement)),
    reverse: back?.statements.map(({ sql }) => sql) ?? [],
    reverseTransaction: back?.transaction ?? true,
  };
}

function notReached({ sql, line }: Script['statements'][number]): PlannedStatement {
  return { sql, line, durationMs: null, locks: [], rewrites: [], notTried: notReachedReason };
}
