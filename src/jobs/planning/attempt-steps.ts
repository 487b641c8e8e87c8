import { setImmediate } from 'node:timers/promises';
import type { CompiledMigration, Direction, MigrationSource } from '../../domain/migration.ts';
import type { Problem } from '../../domain/problem.ts';
import type { BaselineRequest } from '../../shadow/baseline-request.ts';
import { baselineAfter, baselineFromStart, compileFolder } from './compile-folder.ts';
import type { PlanInput, PlanningTools } from './plan-input.ts';
import { startQuestion, type Survey } from './survey.ts';
import { tryOnShadow, type Attempt, type Trial } from './try-on-shadow.ts';
import { withoutCode } from './without-code.ts';

/** A trial, and the files of what it adds. */
type AttemptedSteps = Trial & {
  readonly sources: readonly MigrationSource[];
  readonly cautions: readonly string[];
  readonly notes: readonly string[];
};

/** Compiles and tries what the comparison asks for; nothing where there is nothing, or where it cannot be. */
export async function attemptSteps(
  { input, ...question }: Survey,
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
  if (tools.copiesFirst === true && found.length === 0 && input.findStart === undefined) {
    await beginCopy({ ...baselineAfter(request), settings, roles }, input, tools);
  }
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
    notes: [...startNotes, ...compiled.notes],
    sources: compiled.sources,
    cautions: caution === null ? [] : [caution],
  };
}

const begunNote =
  'Not tried again: the target holds some of these steps already, from an apply that was interrupted, so its schema is none to try them on.';

/** Has a baseline that has been built copied meanwhile. What goes wrong goes wrong again, and is told, where it is needed. */
async function beginCopy(
  baseline: BaselineRequest,
  { versionNumber }: PlanInput,
  { shadows, log }: PlanningTools,
): Promise<void> {
  try {
    const { server } = await shadows.for(versionNumber);
    const template = await server.baselines.find(baseline);
    if (template === null) return;
    server.clones.begin(template);
    // The server is asked before PostgreSQL's parser keeps this process busy.
    await setImmediate();
  } catch (error) {
    log.debug({ error: String(error) }, 'could not begin a copy of the baseline');
  }
}

function untriedStep(migration: CompiledMigration, direction: Direction): Attempt {
  return { migration, direction, statements: [] };
}
