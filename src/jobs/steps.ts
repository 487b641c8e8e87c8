import type { ApplyStep } from '../domain/apply.ts';
import type { Script } from '../domain/migration.ts';
import type { PlannedStatement, PlanStep } from '../domain/plan.ts';
import type { Attempt } from './try-on-shadow.ts';

function scripts({ migration, direction }: Attempt): {
  readonly forth: Script;
  readonly back: Script | null;
} {
  const none: Script = { statements: [], transaction: true };
  return direction === 'up'
    ? { forth: migration.up, back: migration.down }
    : { forth: migration.down ?? none, back: migration.up };
}

/** The step as the plan shows it, with what the shadow saw of each statement. */
export function planStep(attempt: Attempt): PlanStep {
  const { forth, back } = scripts(attempt);
  return {
    migration: attempt.migration.name,
    path: attempt.migration.path,
    checksum: attempt.migration.checksum,
    direction: attempt.direction,
    transaction: forth.transaction,
    statements: forth.statements.map((statement, index): PlannedStatement => {
      const observed = attempt.statements[index];
      return (
        observed ?? {
          ...statement,
          durationMs: null,
          locks: [],
          rewrites: [],
          notTried: 'it was not reached',
        }
      );
    }),
    reverse: back?.statements.map(({ sql }) => sql) ?? [],
    reverseTransaction: back?.transaction ?? true,
  };
}

/** The step as an apply runs it. */
export function applyStep(attempt: Attempt): ApplyStep {
  const { migration, direction } = attempt;
  return {
    migration: migration.name,
    checksum: migration.checksum,
    direction,
    script: scripts(attempt).forth,
    up: migration.up,
    down: migration.down,
  };
}
