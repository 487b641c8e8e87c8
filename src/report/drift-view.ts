import type { Finding, IgnoredObjects } from '../domain/drift.ts';

/** How an environment's database stands to what its history says. */
export interface DriftView {
  readonly environment: string;
  readonly finding: Finding;
  /** Whether the environment takes no migrations meanwhile. */
  readonly isHeld: boolean;
  readonly since: Date | null;
  readonly checkedAt: Date | null;
  readonly issue: number | null;
  /** Rules that left something alone and count no more. */
  readonly ended: readonly IgnoredObjects[];
  /** What its schema was held against, and how others stand to it that have run the same, a sentence each. */
  readonly notes: readonly string[];
}
