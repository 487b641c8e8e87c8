import type { CompiledMigration, Direction, Script } from '../domain/migration.ts';
import type { PlannedStatement, PlanStep } from '../domain/plan.ts';
import type { LedgerEntry } from '../domain/history.ts';

const nothing: Script = { statements: [], transaction: true };

/** What a migration runs in one direction, and what takes that back; null where nothing does. */
export function scriptsOf(
  migration: Pick<CompiledMigration, 'up' | 'down'>,
  direction: Direction,
): { readonly forth: Script; readonly back: Script | null } {
  if (direction === 'up') return { forth: migration.up, back: migration.down };
  return { forth: migration.down ?? nothing, back: migration.up };
}

/**
 * A migration as it is to be removed: with the statements that the ledger kept when it ran, since its file may
 * have changed or be gone. Adopted rows kept what the file said, not what ran, so there the file stands.
 */
export function asRecorded(compiled: CompiledMigration, ledger: LedgerEntry | null): CompiledMigration {
  if (ledger === null || ledger.adopted) return compiled;
  const { checksum, up, down } = ledger;
  return { ...compiled, checksum, up, down };
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
  return { sql, line, durationMs: null, locks: [], rewrites: [], notTried: 'it was not reached' };
}
