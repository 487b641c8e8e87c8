import type { ApplyOrigin, ApplyStep, StepOutcome } from '../../domain/apply.ts';
import type { Log } from '../../ports/log.ts';
import type { Failure } from '../failure.ts';
import type { HistoryTable } from './history-table.ts';
import type { TargetLimits } from './options.ts';
import type { WorkSession } from './session.ts';

/** What running a migration needs to know of where it runs. */
export interface RunContext {
  readonly session: WorkSession;
  readonly history: HistoryTable;
  readonly fencingToken: bigint;
  readonly limits: TargetLimits;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
}

export interface Run {
  readonly step: ApplyStep;
  readonly origin: ApplyOrigin;
}

type Failed = Extract<StepOutcome, { status: 'failed' }>;

export function failed(
  step: ApplyStep,
  failure: Pick<Failure, 'message' | 'sqlState'>,
  at: { statement: number | null; done: number } = { statement: null, done: 0 },
): Failed {
  return {
    status: 'failed',
    migration: step.migration,
    direction: step.direction,
    error: failure.message,
    sqlState: failure.sqlState,
    statement: at.statement,
    statementsDone: at.done,
  };
}

export function already(step: ApplyStep): StepOutcome {
  return { status: 'already', migration: step.migration, direction: step.direction };
}

export function done(step: ApplyStep, durationMs: number): StepOutcome {
  return { status: 'done', migration: step.migration, direction: step.direction, durationMs };
}

export function inDoubt(step: ApplyStep, error: string): StepOutcome {
  return { status: 'in-doubt', migration: step.migration, direction: step.direction, error };
}
