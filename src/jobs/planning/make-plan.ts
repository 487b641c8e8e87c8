import type { ApplyStep } from '../../domain/apply.ts';
import type { RecordedMigration } from '../../domain/history.ts';
import type { MigrationSettings, MigrationSource } from '../../domain/migration.ts';
import { notReachedReason, type Plan, type PlanStep } from '../../domain/plan.ts';
import type { Problem } from '../../domain/problem.ts';
import { findHazards } from '../../hazards/find-hazards.ts';
import { adoptingIn } from '../../migrations/adopts.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import type { HistoryComparison } from '../../plan/compare-history.ts';
import { attemptSteps } from './attempt-steps.ts';
import type { PlanInput, PlanningTools } from './plan-input.ts';
import type { Folder } from './read-folder.ts';
import { applyStep, planStep } from './steps.ts';
import { survey } from './survey.ts';
import type { Attempt } from './try-on-shadow.ts';

/** A plan together with what an apply of it would run, to the letter. */
export interface MadePlan {
  readonly plan: Plan;
  readonly steps: readonly ApplyStep[];
}

/**
 * The one way from two folders and a history to a plan: compares, compiles, tries on a shadow, looks for
 * hazards. What is wrong with the migrations comes back as problems of the plan; it throws only where the
 * machinery itself fails.
 */
export async function makePlan(
  input: PlanInput,
  tools: PlanningTools,
  signal: AbortSignal,
): Promise<MadePlan> {
  const question = await survey(input, tools, signal);
  const { desired, actual, comparison } = question;
  const problems = [
    ...withheldProblems(input, comparison),
    ...input.problems,
    ...missingFolder(input.settings, desired, actual),
    ...desired.problems,
    ...question.problems,
    ...comparison.problems,
  ];
  const attempt = await attemptSteps(question, tools, problems, signal);
  const texts = textsOf(attempt.sources);
  const attempts = attempt.attempts.map((one) => asAdopting(one, input.environment, texts));
  const steps = attempts.map(planStep);
  const running = steps.filter((step) => step.adopts !== true);
  const stopped = problems.length > 0 || attempt.problems.length > 0;
  const plan = buildPlan({
    environment: input.environment,
    settings: input.settings,
    steps,
    ...(input.configuration === undefined ? {} : { configuration: input.configuration }),
    goesFirst: comparison.goesFirst,
    problems: [...problems, ...attempt.problems],
    hazards: await findHazards(stopped ? running.map(withoutUnreached) : running, tools.clock(), texts),
    reversibility: attempt.reversibility,
    schemaDiff: attempt.schemaDiff,
    cautions: [...(input.cautions ?? []), ...attempt.cautions],
    notes: [...input.notes, ...desired.notes, ...question.notes, ...comparison.notes, ...attempt.notes],
  });
  return { plan, steps: attempts.map(applyStep) };
}

/** What its own source says is in that database already is not run there. */
function asAdopting(
  attempt: Attempt,
  environment: string | null,
  texts: ReadonlyMap<string, string>,
): Attempt {
  if (environment === null || attempt.direction === 'down') return attempt;
  const isThere = adoptingIn(texts.get(attempt.migration.name) ?? '').has(environment);
  return isThere ? { ...attempt, adopts: true } : attempt;
}

/** What is withheld matters only where there is something to run. */
function withheldProblems({ withheld }: PlanInput, { adds, removes }: HistoryComparison): readonly Problem[] {
  return withheld === undefined || adds.length + removes.length === 0 ? [] : [withheld];
}

/** Where a problem stopped the trial, that the rest was not reached is no hazard of its own. */
function withoutUnreached(step: PlanStep): PlanStep {
  const statements = step.statements.map(({ notTried: reason, ...statement }) =>
    reason === undefined || reason === notReachedReason ? statement : { ...statement, notTried: reason },
  );
  return { ...step, statements };
}

/** A folder that is not there is an error where something says that it should be. */
function missingFolder(
  settings: MigrationSettings,
  desired: Folder,
  actual: readonly RecordedMigration[],
): readonly Problem[] {
  if (desired.exists || actual.length === 0) return [];
  return [
    {
      code: 'directory-missing',
      message:
        `Migrations were expected in the folder \`${settings.directory}\`: ${actual.length} of them ran before. ` +
        'There is no such folder in this change. Put it back, or name the right one under ' +
        '`migrations.directory` in .github/tidegate.yml on the default branch.',
    },
  ];
}

function textsOf(sources: readonly MigrationSource[]): ReadonlyMap<string, string> {
  const decoder = new TextDecoder();
  return new Map(sources.map(({ name, content }) => [name, decoder.decode(content)]));
}
