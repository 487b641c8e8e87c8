import type { ApplyStep } from '../domain/apply.ts';
import type { RecordedMigration } from '../domain/history.ts';
import type {
  CompiledMigration,
  Direction,
  MigrationSettings,
  MigrationSource,
} from '../domain/migration.ts';
import { notReachedReason, type Plan, type PlanStep } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import { findHazards } from '../hazards/find-hazards.ts';
import { compareMigrationNames } from '../migrations/order.ts';
import { readChecksums } from '../migrations/read.ts';
import type { Sandbox } from '../migrations/sandbox/sandbox.ts';
import { buildPlan } from '../plan/build-plan.ts';
import { compareHistory, type HistoryComparison } from '../plan/compare-history.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Tree, TreeReader } from '../ports/tree.ts';
import type { ShadowServers } from '../shadow/shadow-servers.ts';
import type { FindStart, StartQuestion } from './baseline-start.ts';
import { baselineAfter, baselineFromStart, compileFolder, type CompileInput } from './compile-folder.ts';
import { compiler } from './compiler.ts';
import type { PlanMemory } from './plan-memory.ts';
import type { Folder } from './read-folder.ts';
import { findSettled, settledCount } from './settled.ts';
import { standingMigrations, type Standing } from './standing.ts';
import { applyStep, planStep } from './steps.ts';
import { withoutCode } from './without-code.ts';
import { tryOnShadow, type Attempt, type Trial } from './try-on-shadow.ts';

export interface PlanInput {
  readonly environment: string | null;
  /** For the lines that people copy; null where there is none. */
  readonly baseBranch: string | null;
  readonly settings: MigrationSettings;
  /** The migrations folder as the change would leave it. */
  readonly desired: Tree;
  /** The migrations folder without the change. */
  readonly base: Tree;
  readonly reader: Pick<TreeReader, 'read'>;
  /** What the target's history says; null where no target is asked and the base counts as applied. */
  readonly actual: readonly RecordedMigration[] | null;
  /** The target's, as in `server_version_num`; null where none is asked. The shadow is of the same where it can be. */
  readonly versionNumber: number | null;
  /** Roles of the target; those that the migrations name are stood in for on the shadow. */
  readonly roles: readonly string[];
  /** Whether `pgm.db` may be answered by the shadow; never on a protected environment. */
  readonly mayAskDatabase: boolean;
  /** What the shadow starts from; absent where migrations replay from nothing. */
  readonly findStart?: FindStart | undefined;
  /** As `Plan.configuration`. */
  readonly configuration?: string | undefined;
  /** Why none of it may be run; then SQL files are only read and code is left alone. Absent where it may. */
  readonly withheld?: Problem | undefined;
  /** What is known to be wrong already, e.g. a conflict. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  /** Told how many of the history's migrations a shadow that must be built first holds by now. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface PlanningTools {
  readonly cache: ContentCache;
  readonly sandbox: Sandbox;
  readonly memory: PlanMemory;
  readonly shadows: Pick<ShadowServers, 'for'>;
  readonly clock: Clock;
  readonly log: Log;
}

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
    ...comparison.problems,
  ];
  const attempt = await attemptSteps(question, tools, problems, signal);
  const steps = attempt.attempts.map(planStep);
  const stopped = problems.length > 0 || attempt.problems.length > 0;
  const plan = buildPlan({
    environment: input.environment,
    settings: input.settings,
    steps,
    ...(input.configuration === undefined ? {} : { configuration: input.configuration }),
    goesFirst: comparison.goesFirst,
    problems: [...problems, ...attempt.problems],
    hazards: await findHazards(
      stopped ? steps.map(withoutUnreached) : steps,
      tools.clock(),
      textsOf(attempt.sources),
    ),
    reversibility: attempt.reversibility,
    schemaDiff: attempt.schemaDiff,
    cautions: attempt.cautions,
    notes: [...input.notes, ...desired.notes, ...comparison.notes, ...attempt.notes],
  });
  return { plan, steps: attempt.attempts.map(applyStep) };
}

/**
 * Builds the shadow that a plan of this input would start from, where there is none yet. Throws BaselineProblems and
 * ShadowBaselineError where the history cannot be replayed.
 */
export async function prepareShadow(
  input: PlanInput,
  tools: PlanningTools,
  signal: AbortSignal,
): Promise<void> {
  const question = await survey(input, tools, signal);
  const { standing, comparison } = question;
  if (comparison.problems.length > 0) return;
  const begins = await input.findStart?.(startQuestion(question), signal);
  if (begins?.kind === 'problem' || begins?.kind === 'begun') return;
  const held =
    begins === undefined
      ? baselineAfter(question)
      : baselineFromStart(standing, comparison.baseline, begins.start);
  const { settings, roles, versionNumber } = input;
  const { server } = await tools.shadows.for(versionNumber);
  server.clones.prepare(await server.baselines.take({ ...held, settings, roles }));
}

/** Compares the two folders with the history. */
async function survey(input: PlanInput, tools: PlanningTools, signal: AbortSignal): Promise<Question> {
  const { memory } = tools;
  const base = memory.folder(input.base, input.settings);
  const desired = memory.folderAfter(input.desired, input.settings, input.base);
  const actual = input.actual ?? memory.applied(base);
  const compile = compiler(input, tools, signal);
  const standing = standingMigrations({ settings: input.settings, base, desired, actual, memory }, compile);
  const settled = await settledOf(input, { base, desired, actual, standing }, tools);
  const comparison = await compare(input, { base, desired, actual }, settled, tools.cache);
  return { input, base, desired, actual, comparison, standing, settled };
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

interface Sides {
  readonly base: Folder;
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
}

/** What of branch and history is the same, and how much of that this change leaves alone. */
async function settledOf(
  { reader }: PlanInput,
  { base, desired, actual, standing }: Sides & { readonly standing: Standing },
  { memory, cache }: PlanningTools,
): Promise<CompileInput['settled']> {
  const history = await memory.settled(base, actual, async () => {
    const ledger = memory.ledgerOf(actual);
    const recorded = base.files.filter(({ name }) => (ledger.get(name) ?? null) !== null);
    const checksums = await readChecksums(reader, recorded, cache);
    return findSettled({ base: base.files, actual, checksums, mark: (name) => standing.mark(name) });
  });
  return { count: settledCount(history, base.files, desired.files, actual), history };
}

/** Compares what is not settled; of the rest the last one stays, for what comes after it. */
async function compare(
  { reader, baseBranch }: PlanInput,
  { base, desired, actual }: Sides,
  { count, history }: CompileInput['settled'],
  cache: ContentCache,
): Promise<HistoryComparison> {
  const skipped = Math.max(0, count - 1);
  const rest = {
    base: base.files.slice(skipped),
    desired: desired.files.slice(skipped),
    actual: actual.slice(skipped),
  };
  // Only where the ledger knows one is there something to compare with; a rename is looked for among the new files.
  const recorded = new Set(rest.actual.flatMap(({ name, ledger }) => (ledger === null ? [] : [name])));
  const applied = new Set(rest.actual.map(({ name }) => name));
  const asked = rest.desired.filter(({ name }) => recorded.has(name) || !applied.has(name));
  const comparison = compareHistory({
    ...rest,
    checksums: await readChecksums(reader, asked, cache),
    compare: compareMigrationNames,
    ...(baseBranch === null ? {} : { baseBranch }),
  });
  return { ...comparison, baseline: [...history.names.slice(0, skipped), ...comparison.baseline] };
}

interface Question {
  readonly input: PlanInput;
  readonly base: Folder;
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
  readonly comparison: HistoryComparison;
  readonly standing: Standing;
  readonly settled: CompileInput['settled'];
}

/** A trial, and the files of what it adds. */
type AttemptedSteps = Trial & {
  readonly sources: readonly MigrationSource[];
  readonly cautions: readonly string[];
};

/** Compiles and tries what the comparison asks for; nothing where there is nothing, or where it cannot be. */
async function attemptSteps(
  { input, ...question }: Question,
  tools: PlanningTools,
  found: readonly Problem[],
  signal: AbortSignal,
): Promise<AttemptedSteps> {
  const { settings, roles, mayAskDatabase, reader } = input;
  const nothing: AttemptedSteps = {
    attempts: [],
    problems: [],
    reversibility: [],
    schemaDiff: [],
    notes: [],
    sources: [],
    cautions: [],
  };
  const { comparison, left } =
    input.withheld === undefined
      ? { comparison: question.comparison, left: [] }
      : withoutCode(question.comparison, question);
  const { adds, removes } = comparison;
  if (adds.length === 0 && removes.length === 0) return { ...nothing, notes: left };
  const request = { ...question, comparison, settings, mayAskDatabase, reader };
  const compiled = await compileFolder(request, tools, signal);
  const steps = { removes: compiled.removes, adds: compiled.adds };
  const untried: AttemptedSteps = {
    ...nothing,
    attempts: [
      ...steps.removes.map((migration) => untriedStep(migration, 'down')),
      ...steps.adds.map((migration) => untriedStep(migration, 'up')),
    ],
    problems: compiled.problems,
    notes: [...left, ...compiled.notes],
    sources: compiled.sources,
  };
  if (found.length > 0 || compiled.problems.length > 0) return untried;
  const begins = await input.findStart?.(startQuestion(question), signal);
  if (begins?.kind === 'problem') return { ...untried, problems: [begins.problem] };
  if (begins?.kind === 'begun') return { ...untried, notes: [...compiled.notes, begunNote] };
  const { standing } = question;
  const held =
    begins === undefined ? compiled.baseline : baselineFromStart(standing, comparison.baseline, begins.start);
  const baseline = { ...held, settings, roles, onProgress: input.onProgress };
  const { server, caution } = await tools.shadows.for(input.versionNumber);
  const attempt = { baseline, ...steps, recompile: compiled.recompile };
  const trial = await tryOnShadow(attempt, { shadow: server }, signal);
  const startNotes = begins === undefined ? [] : [begins.note];
  return {
    ...trial,
    notes: [...startNotes, ...compiled.notes, ...trial.notes],
    sources: compiled.sources,
    cautions: caution === null ? [] : [caution],
  };
}

const begunNote =
  'Not tried again: the target holds some of these steps already, from an apply that was interrupted, so its schema is none to try them on.';

function startQuestion({ actual, comparison, desired, base }: Omit<Question, 'input'>): StartQuestion {
  return {
    actual: actual.map(({ name }) => name),
    baseline: comparison.baseline,
    files: [...new Set([...base.files, ...desired.files].map(({ name }) => name))],
    adds: comparison.adds,
  };
}

function untriedStep(migration: CompiledMigration, direction: Direction): Attempt {
  return { migration, direction, statements: [] };
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
