import type { CompiledMigration, Direction } from '../../domain/migration.ts';
import type { PlannedStatement, Reversibility } from '../../domain/plan.ts';
import type { Problem } from '../../domain/problem.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import type { BaselineRequest } from '../../shadow/baseline-request.ts';
import type { ShadowServer } from '../../shadow/shadow-server.ts';
import { ShadowBaselineError, withShadowSession, type ShadowSession } from '../../shadow/session.ts';
import { BaselineProblems } from './baseline-problems.ts';
import type { Recompile } from './compile-folder.ts';

/** A migration in one direction, with what was seen of each statement that ran. */
export interface Attempt {
  readonly migration: CompiledMigration;
  readonly direction: Direction;
  readonly statements: readonly PlannedStatement[];
  /** As `PlanStep.adopts`. */
  readonly adopts?: true;
}

export interface Trial {
  readonly attempts: readonly Attempt[];
  readonly problems: readonly Problem[];
  readonly reversibility: readonly Reversibility[];
  readonly schemaDiff: readonly SchemaChange[];
}

export interface TrialRequest {
  /** What the base branch holds. */
  readonly baseline: BaselineRequest;
  /** Newest first. */
  readonly removes: readonly CompiledMigration[];
  readonly adds: readonly CompiledMigration[];
  /** Compiles a migration that asks the database again, with its questions answered. */
  readonly recompile: Recompile;
}

/** Runs the steps on a throw-away database that holds the base branch's migrations. */
export async function tryOnShadow(
  request: TrialRequest,
  tools: { readonly shadow: ShadowServer },
  signal: AbortSignal,
): Promise<Trial> {
  try {
    return await withShadowSession(tools.shadow, { baseline: request.baseline, signal }, (session) =>
      runSteps(session, request),
    );
  } catch (error) {
    const problems = baselineProblems(error, request.baseline);
    if (problems === null) throw error;
    return {
      attempts: [
        ...request.removes.map((migration): Attempt => ({ migration, direction: 'down', statements: [] })),
        ...request.adds.map((migration): Attempt => ({ migration, direction: 'up', statements: [] })),
      ],
      problems,
      reversibility: [],
      schemaDiff: [],
    };
  }
}

async function runSteps(session: ShadowSession, request: TrialRequest): Promise<Trial> {
  const attempts: Attempt[] = [];
  const problems: Problem[] = [];
  const planned = [
    ...request.removes.map((migration) => ({ migration, direction: 'down' as const })),
    ...request.adds.map((migration) => ({ migration, direction: 'up' as const })),
  ];
  for (const step of planned) {
    const migration = await request.recompile(step.migration, (sql) => session.ask(sql));
    if ('problem' in migration) problems.push(migration.problem);
    const compiled = 'problem' in migration ? step.migration : migration.compiled;
    if (problems.length > 0) {
      attempts.push({ migration: compiled, direction: step.direction, statements: [] });
      continue;
    }
    const trial = await session.step(compiled, step.direction);
    attempts.push({ migration: compiled, direction: step.direction, statements: trial.statements });
    if (trial.problem !== null) problems.push(trial.problem);
  }
  const schemaDiff = await session.schemaDiff();
  if (problems.length > 0) return { attempts, problems, reversibility: [], schemaDiff };
  const added = attempts.filter(({ direction }) => direction === 'up').map(({ migration }) => migration);
  const proof = await session.prove(added);
  return { attempts, problems: proof.problems, reversibility: proof.reversibility, schemaDiff };
}

/** What is wrong with what the shadow was to hold; null where it is something else that failed. */
function baselineProblems(error: unknown, baseline: BaselineRequest): readonly Problem[] | null {
  if (error instanceof BaselineProblems) return error.problems;
  if (!(error instanceof ShadowBaselineError)) return null;
  const isStart = error.migration === baseline.start?.label;
  return [isStart ? startProblem(error) : replayProblem(error, baseline.start?.label)];
}

function startProblem(error: ShadowBaselineError): Problem {
  return {
    code: 'baseline',
    message:
      `The shadow was to start from ${error.migration}, and one of its statements fails on an empty database. ` +
      'What it needs and the shadow does not have must be left out of it; extensions that the target has can be let ' +
      'in by shadow.extensions in tidegate.yml (docs/shadow.md).',
    detail: error.message,
  };
}

function replayProblem(error: ShadowBaselineError, start: string | undefined): Problem {
  const ground = start === undefined ? 'an empty database' : `a database made from ${start}`;
  const otherwise = start === undefined ? otherWay : '';
  return {
    code: 'shadow-unavailable',
    message:
      `The base branch's own migrations were expected to run on ${ground}, but ${error.migration} ` +
      `does not. Mend that one first: no plan on top of it can be tried.${otherwise}`,
    migration: error.migration,
    detail: error.message,
  };
}

const otherWay =
  ' Where it can run no more, `baseline` in .github/tidegate.yml names a schema to start from instead (docs/shadow.md).';
