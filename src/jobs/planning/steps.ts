import type { ApplyStep } from '../../domain/apply.ts';
import type { PlanStep } from '../../domain/plan.ts';
import { planStepOf, scriptsOf } from '../../plan/reverse.ts';
import type { Attempt } from './try-on-shadow.ts';

/** The step as the plan shows it, with what the shadow saw of each statement. */
export function planStep({ migration, direction, statements, adopts }: Attempt): PlanStep {
  return { ...planStepOf(migration, direction, statements), ...(adopts === true ? { adopts } : {}) };
}

/** The step as an apply runs it. */
export function applyStep({ migration, direction, adopts }: Attempt): ApplyStep {
  return {
    migration: migration.name,
    checksum: migration.checksum,
    direction,
    script: scriptsOf(migration, direction).forth,
    up: migration.up,
    down: migration.down,
    ...(adopts === true ? { adopts } : {}),
  };
}
