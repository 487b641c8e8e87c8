import type { ApplyOrigin, ApplyOutcome, ApplyStep, StepOutcome } from '../domain/apply.ts';
import type { LockedTarget } from '../ports/target.ts';
import { afterTry, type Next } from './retry-rules.ts';

/** How often a step is tried and what stands between two tries. */
export interface Pace {
  wait(ms: number): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
  /** Tries of one step, the first included. */
  readonly attempts: number;
}

/**
 * Runs the steps in order and stops at the first that fails or stays in doubt. What only the moment was against
 * (a lock, a deadlock, a lost connection of which the target says that nothing was committed) is tried again.
 */
export async function applySteps(
  target: LockedTarget,
  steps: readonly ApplyStep[],
  origin: ApplyOrigin,
  pace: Pace,
): Promise<ApplyOutcome> {
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    const { outcome, next } = await runStep(target, step, origin, pace);
    outcomes.push(outcome);
    if (next.kind === 'stop') return { status: next.status, steps: outcomes };
  }
  return { status: 'done', steps: outcomes };
}

async function runStep(
  target: LockedTarget,
  step: ApplyStep,
  origin: ApplyOrigin,
  pace: Pace,
): Promise<{ outcome: StepOutcome; next: Exclude<Next, { kind: 'try-again' }> }> {
  for (let tried = 1; ; tried += 1) {
    const outcome = await target.run(step, origin);
    const next = afterTry(outcome, tried, pace.attempts, pace.random());
    if (next.kind !== 'try-again') return { outcome, next };
    await pace.wait(next.afterMs);
  }
}
