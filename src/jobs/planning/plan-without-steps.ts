import { defaultMigrationSettings } from '../../domain/migration.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { buildPlan } from '../../plan/build-plan.ts';

/** A plan that runs nothing: it says what is wrong, or what was found instead. */
export function planWithoutSteps(
  { name }: Pick<EnvironmentPolicy, 'name'>,
  { problems = [], notes = [], ...rules }: Partial<Pick<Plan, 'problems' | 'notes' | 'configuration'>>,
): Plan {
  return buildPlan({
    environment: name,
    settings: defaultMigrationSettings,
    steps: [],
    goesFirst: [],
    problems,
    hazards: [],
    reversibility: [],
    schemaDiff: [],
    notes,
    ...rules,
  });
}
