import type { Hazard } from '../domain/hazard.ts';
import type { PlanStep, PlannedStatement } from '../domain/plan.ts';
import { readFacts } from './facts.ts';
import { hazardRules } from './rules.ts';
import { brokenWaiverMessage, invalidWaiver } from './rules/invalid-waiver.ts';
import { readWaivers, waiverBeside, type WaiverComment } from './waivers.ts';

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
  const rules = hazardRules.map(({ id }) => id);
  const waivers = new Map(
    steps.map(({ migration }) => [migration, readWaivers(sources.get(migration) ?? '', rules, now)]),
  );
  const found = (await readFacts(steps)).flatMap(({ step, facts }) =>
    hazardRules.flatMap((rule) =>
      rule.find(facts).map((message): Hazard => {
        const { id, severity, advice } = rule;
        const { migration, path } = step;
        const source = sources.get(migration) ?? '';
        const place = placeOf(facts.statement, path);
        const waiver = place === null ? null : waiverBeside(waivers.get(migration) ?? [], id, source, place);
        const hazard = { rule: id, severity, migration, path, line: facts.statement.line, message, advice };
        return waiver === null ? hazard : { ...hazard, waiver };
      }),
    ),
  );
  return withoutRepeats([
    ...found,
    ...steps.flatMap((step) => broken(step, waivers.get(step.migration) ?? [])),
  ]);
}

/** The lines of its file that a statement stands on; of generated SQL only the call's line is known. */
function placeOf({ line, sql }: PlannedStatement, path: string): { first: number; last: number } | null {
  if (line === null) return null;
  return { first: line, last: path.endsWith('.sql') ? line + sql.split('\n').length - 1 : line };
}

function broken({ migration, path }: PlanStep, waivers: readonly WaiverComment[]): readonly Hazard[] {
  const { id: rule, severity, advice } = invalidWaiver;
  return waivers.flatMap((found) =>
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
