import type { ApplyOutcome, StepOutcome } from '../domain/apply.ts';

/** What comes after one try of a step. */
export type Next =
  | { readonly kind: 'next-step' }
  | { readonly kind: 'try-again'; readonly afterMs: number }
  | { readonly kind: 'stop'; readonly status: Exclude<ApplyOutcome['status'], 'done'> };

/**
 * SQLSTATEs (PostgreSQL docs, "PostgreSQL Error Codes") that say: nothing of it stands, and another moment may do.
 * 55P03 lock_not_available, 40P01 deadlock_detected, 40001 serialization_failure, 57P01 admin_shutdown,
 * 57P02 crash_shutdown, 57P03 cannot_connect_now.
 */
const passing = new Set(['55P03', '40P01', '40001', '57P01', '57P02', '57P03']);

/** Connection exceptions: the target has told by then that nothing was committed. */
const connectionClass = '08';

export function isPassing(sqlState: string | null): boolean {
  return sqlState !== null && (passing.has(sqlState) || sqlState.startsWith(connectionClass));
}

/** Decides after try number `tried` (from 1) of at most `attempts`; `random` from 0 up to 1. */
export function afterTry(outcome: StepOutcome, tried: number, attempts: number, random: number): Next {
  switch (outcome.status) {
    case 'done':
    case 'already':
      return { kind: 'next-step' };
    case 'in-doubt':
      return { kind: 'stop', status: 'in-doubt' };
    case 'failed':
      return isPassing(outcome.sqlState) && tried < attempts
        ? { kind: 'try-again', afterMs: pauseMs(tried, random) }
        : { kind: 'stop', status: 'failed' };
  }
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** Doubles with each try up to half a minute, and lies anywhere in the upper half of that: two workers do not meet again. */
export function pauseMs(tried: number, random: number): number {
  const full = Math.min(firstPauseMs * 2 ** (tried - 1), longestPauseMs);
  return Math.round(full * (0.5 + random / 2));
}
