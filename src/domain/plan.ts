import type { Hazard } from './hazard.ts';
import type { Direction } from './migration.ts';
import type { Problem } from './problem.ts';
import type { Promotion } from './promotion.ts';
import type { SchemaChange } from './schema-diff.ts';

export interface Lock {
  readonly relation: string;
  /** As in `pg_locks.mode`, e.g. AccessExclusiveLock. */
  readonly mode: string;
}

/** Said of a statement that stands after what stopped the trial. */
export const notReachedReason = 'it was not reached';

/** What a statement did on the shadow. */
export interface PlannedStatement {
  readonly sql: string;
  readonly line: number | null;
  /** Time on the shadow in milliseconds; null where it was not tried. */
  readonly durationMs: number | null;
  readonly locks: readonly Lock[];
  /** Relations whose storage was written anew. */
  readonly rewrites: readonly string[];
  /** Why the shadow could not try it; absent where it did. */
  readonly notTried?: string;
}

/** One migration to be run in one direction. */
export interface PlanStep {
  readonly migration: string;
  readonly path: string;
  readonly checksum: string;
  readonly direction: Direction;
  readonly transaction: boolean;
  readonly statements: readonly PlannedStatement[];
  /** What would take the step back; empty where nothing does. Part of the digest. */
  readonly reverse: readonly string[];
  readonly reverseTransaction: boolean;
  /** The database has it already: it is written down as applied, and not run. */
  readonly adopts?: true;
}

export type ReversibilityVerdict =
  /** Up, down and up again ran, and the schema after down was the one before. */
  | 'proven'
  /** Down ran, but the schema was not the one before; or data is lost on the way. */
  | 'lossy'
  /** There is no down. */
  | 'irreversible'
  /** Down was not tried, or it failed. */
  | 'unproven';

export interface Reversibility {
  readonly migration: string;
  readonly verdict: ReversibilityVerdict;
  /** One sentence: why, or what would be lost. */
  readonly reason: string;
}

/** The steps from actual to desired, tried on a shadow: the document that is approved and applied. */
export interface Plan {
  readonly version: 1;
  /** Null where the plan was made on a laptop without an environment. */
  readonly environment: string | null;
  readonly steps: readonly PlanStep[];
  /** SHA-256 of the configuration as this change would leave it; absent where it leaves the rules alone. */
  readonly configuration?: string;
  /** Where its migrations have run before. No part of the digest: it tells of the past and the hour, not of what will run. */
  readonly promotion?: Promotion;
  /** Merged before and not yet applied: these run first, under their own approvals. */
  readonly goesFirst: readonly string[];
  readonly problems: readonly Problem[];
  readonly hazards: readonly Hazard[];
  readonly reversibility: readonly Reversibility[];
  readonly schemaDiff: readonly SchemaChange[];
  /** What limits all that the plan shows, to be read before it; absent where nothing does. */
  readonly cautions?: readonly string[];
  /** Facts worth a line that make nothing red: files ignored, the shadow's version, what was not tried. */
  readonly notes: readonly string[];
  /** SHA-256, hexadecimal, over all that decides what will run. */
  readonly digest: string;
}

/** Whether the plan may run as far as planning can tell; the gate decides the rest. */
export function isRunnable(plan: Plan): boolean {
  return plan.problems.length === 0;
}
