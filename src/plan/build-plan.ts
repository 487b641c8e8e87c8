import type { MigrationSettings } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';
import { digestOf } from './digest.ts';

/** All of a plan but what follows from the rest. */
export type PlanParts = Omit<Plan, 'version' | 'digest'> & { readonly settings: MigrationSettings };

/** Puts a plan together and adds its digest; one without steps has a digest too. */
export function buildPlan(parts: PlanParts): Plan {
  return {
    version: 1,
    environment: parts.environment,
    steps: parts.steps,
    ...(parts.configuration === undefined ? {} : { configuration: parts.configuration }),
    goesFirst: parts.goesFirst,
    problems: parts.problems,
    hazards: parts.hazards,
    reversibility: parts.reversibility,
    schemaDiff: parts.schemaDiff,
    ...(parts.cautions === undefined || parts.cautions.length === 0 ? {} : { cautions: parts.cautions }),
    notes: parts.notes,
    digest: digestOf(parts),
  };
}
