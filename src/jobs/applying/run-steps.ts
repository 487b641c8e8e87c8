import { applySteps } from '../../apply/apply-steps.ts';
import type { ApplyOrigin, ApplyOutcome, ApplyStep, StepOutcome } from '../../domain/apply.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { Environment } from '../environment.ts';
import type { Outcome } from './announcements.ts';
import type { Tools } from '../tools.ts';
import { TargetMoved } from './target-moved.ts';

/** How often a step is tried again where PostgreSQL says that trying again may help. */
const attempts = 5;

/** What steps were planned on. */
export interface PlannedOn {
  /** Names in the history. */
  readonly applied: ReadonlySet<string>;
  /** As `TargetView.fingerprint`, where the schema was compared with what the history makes; null where it was not. */
  readonly fingerprint: string | null;
}

/**
 * Runs steps on an environment's target under its lock, provided that it is the environment's own database, and its
 * history, and the schema where that was compared, are still those that they were planned on, and audits each. Throws
 * TargetMoved where one is not: the caller plans again.
 */
export async function runSteps(
  { key, settings }: Environment,
  steps: readonly ApplyStep[],
  { applied, fingerprint }: PlannedOn,
  origin: ApplyOrigin,
  tools: Tools,
): Promise<ApplyOutcome> {
  const { commit, pullRequest } = origin;
  const toRun = { migrations: steps.map(({ migration }) => migration), commit, pullRequest };
  const known = await tools.records.targetIdentity(key);
  const outcome = await tools.targets.withLock(key, settings, async (target) => {
    const { history, identity } = await target.state();
    if (identity !== null && known !== null && identity !== known) {
      throw new TargetMoved(key.environment, 'database', toRun);
    }
    const isSame = history.length === applied.size && history.every(({ name }) => applied.has(name));
    if (!isSame) {
      throw new TargetMoved(key.environment, 'history', toRun);
    }
    if (fingerprint !== null && (await target.fingerprint()) !== fingerprint) {
      throw new TargetMoved(key.environment, 'schema', toRun);
    }
    return applySteps(target, steps, origin, { wait: tools.wait, random: tools.random, attempts });
  });
  await auditSteps(key, outcome.steps, origin, tools);
  return outcome;
}

/** One audit row for each step. */
export async function auditSteps(
  key: EnvironmentKey,
  steps: readonly StepOutcome[],
  origin: ApplyOrigin,
  tools: Tools,
): Promise<void> {
  for (const step of steps) {
    await tools.records.audit({
      ...key,
      pullRequest: origin.pullRequest,
      commit: origin.commit,
      actor: origin.actor,
      action: auditAction(step),
      migration: step.migration,
      digest: origin.digest,
      detail: auditDetail(step),
    });
  }
}

function auditAction(step: StepOutcome): AuditEntry['action'] {
  switch (step.status) {
    case 'done':
    case 'already':
      return step.direction === 'up' ? 'applied' : 'rolled-back';
    case 'failed':
      return step.direction === 'up' ? 'apply-failed' : 'rollback-failed';
    case 'in-doubt':
      return 'apply-in-doubt';
  }
}

function auditDetail(step: StepOutcome): Readonly<Record<string, unknown>> {
  switch (step.status) {
    case 'done':
      return { durationMs: step.durationMs };
    case 'already':
      return { found: 'the target had it already, from a run that was interrupted' };
    case 'failed':
      return { error: step.error, sqlState: step.sqlState, statement: step.statement };
    case 'in-doubt':
      return { error: step.error };
  }
}

/** Step outcomes in the form that announcements keep. */
export function announcedSteps(outcome: ApplyOutcome): Outcome['steps'] {
  return outcome.steps.map((step) => ({
    migration: step.migration,
    direction: step.direction,
    status: step.status,
    durationMs: step.status === 'done' ? step.durationMs : null,
    error: step.status === 'failed' || step.status === 'in-doubt' ? step.error : null,
  }));
}

/** How many statements of what failed stand for good: those that ran outside a transaction before the failure. */
export function statementsStanding({ steps }: ApplyOutcome): number {
  const failed = steps.find((step) => step.status === 'failed');
  return failed?.status === 'failed' ? failed.statementsDone : 0;
}

/** The first error of an outcome; empty where there is none. */
export function firstError(outcome: ApplyOutcome): string {
  for (const step of outcome.steps) {
    if (step.status === 'failed' || step.status === 'in-doubt') return `${step.migration}: ${step.error}`;
  }
  return '';
}
