import type { Hazard } from '../domain/hazard.ts';
import type { PlanStep, PlannedStatement } from '../domain/plan.ts';
import { lookAtStatements } from './facts.ts';
import type { HazardRule } from './rule.ts';
import { hazardRules } from './rules.ts';
import { brokenWaiverMessage, invalidWaiver } from './rules/invalid-waiver.ts';
import { readWaivers, waiverBeside, type Waivers } from './waivers.ts';

/**
 * What the steps of a plan can do to a live database, in the order of the steps. `sources` holds the text of the
 * migrations' files by name, for the waivers in them; `now` decides which waivers have ended. What the shadow
 * observed decides where it can tell; what no rule understands is a hazard too.
 */
export async function findHazards(
  steps: readonly PlanStep[],
  now: Date,
  sources: ReadonlyMap<string, string>,
): Promise<readonly Hazard[]> {
  const ids = hazardRules.map(({ id }) => id);
  const waivers = new Map(
    steps.map(({ migration }) => [migration, readWaivers(sources.get(migration) ?? '', ids, now)]),
  );
  const found: Hazard[] = [];
  await lookAtStatements(steps, (step, facts) => {
    for (const rule of hazardRules) {
      for (const message of rule.find(facts)) {
        found.push(withWaiver(hazardOf(rule, step, facts.statement, message), facts.statement, waivers));
      }
    }
  });
  return withoutRepeats([...found, ...steps.flatMap((step) => broken(step, waivers.get(step.migration)))]);
}

function hazardOf(rule: HazardRule, step: PlanStep, { line }: PlannedStatement, message: string): Hazard {
  const { id, severity, advice } = rule;
  return { rule: id, severity, migration: step.migration, path: step.path, line, message, advice };
}

function withWaiver(
  hazard: Hazard,
  statement: PlannedStatement,
  waivers: ReadonlyMap<string, Waivers>,
): Hazard {
  const place = placeOf(statement, hazard.path);
  const beside = waivers.get(hazard.migration);
  if (place === null || beside === undefined) return hazard;
  const waiver = waiverBeside(beside, hazard.rule, place);
  return waiver === null ? hazard : { ...hazard, waiver };
}

/** The lines of its file that a statement stands on; of generated SQL only the call's line is known. */
function placeOf({ line, sql }: PlannedStatement, path: string): { first: number; last: number } | null {
  if (line === null) return null;
  return { first: line, last: path.endsWith('.sql') ? line + sql.split('\n').length - 1 : line };
}

function broken({ migration, path }: PlanStep, waivers: Waivers | undefined): readonly Hazard[] {
  const { id: rule, severity, advice } = invalidWaiver;
  return (waivers?.comments ?? []).flatMap((found) =>
    found.kind === 'broken'
      ? [{ rule, severity, migration, path, line: found.line, message: brokenWaiverMessage(found), advice }]
      : [],
  );
}

/** The same sentence about the same migration is said once, at its first place. */
function withoutRepeats(hazards: readonly Hazard[]): readonly Hazard[] {
  const said = new Set<string>();
  return hazards.filter(({ rule, migration, message, waiver, line }) => {
    const key = JSON.stringify([rule, migration, message, waiver === undefined ? null : line]);
    const isFirst = !said.has(key);
    said.add(key);
    return isFirst;
  });
}
