import type { Direction, Script } from './migration.ts';

/** One migration to be run on a target: exactly what was approved. */
export interface ApplyStep {
  readonly migration: string;
  readonly checksum: string;
  readonly direction: Direction;
  /** What runs now, by `direction`. */
  readonly script: Script;
  /** Both compiled directions, for the ledger. */
  readonly up: Script;
  readonly down: Script | null;
  /** As `PlanStep.adopts`. */
  readonly adopts?: true;
  /** It is none of the history's: what it runs leaves that as it is. */
  readonly beside?: true;
}

/** What the ledger writes of whom a run was for. */
export interface ApplyOrigin {
  readonly digest: string;
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly actor: string;
}

/** How one step ended. */
export type StepOutcome =
  | {
      readonly status: 'done';
      readonly migration: string;
      readonly direction: Direction;
      readonly durationMs: number;
    }
  /** Up and already in the history, or down and no longer in it: nothing was run. */
  | { readonly status: 'already'; readonly migration: string; readonly direction: Direction }
  | {
      readonly status: 'failed';
      readonly migration: string;
      readonly direction: Direction;
      /** PostgreSQL's own words, secrets removed. */
      readonly error: string;
      readonly sqlState: string | null;
      /** The statement that failed, from 0; null where it was none of them. */
      readonly statement: number | null;
      /** For scripts outside a transaction: how many statements stand for good. */
      readonly statementsDone: number;
    }
  /** The connection broke at COMMIT and the target could not be asked. */
  | {
      readonly status: 'in-doubt';
      readonly migration: string;
      readonly direction: Direction;
      readonly error: string;
    };

export interface ApplyOutcome {
  readonly status: 'done' | 'failed' | 'in-doubt';
  /** In the order of running; ends at the first that failed. */
  readonly steps: readonly StepOutcome[];
}
