import type { Direction, Script } from './migration.ts';

/** A row of node-pg-migrate's own table, in the order in which its CLI reads them. */
export interface HistoryEntry {
  readonly id: number;
  readonly name: string;
  readonly runOn: Date;
}

/** What Tidegate keeps beside the history, in the target, of what it ran. */
export interface LedgerEntry {
  readonly name: string;
  readonly checksum: string;
  readonly up: Script;
  readonly down: Script | null;
  readonly digest: string;
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly appliedAt: Date;
  readonly durationMs: number;
  /** True for history from before Tidegate whose checksum was taken from a commit, not from a run. */
  readonly adopted: boolean;
}

/** What the ledger says last of a migration that no row of the history names. */
export interface GoneRun {
  readonly name: string;
  /** Up: it stands there as applied, and its row is gone without Tidegate. Down: Tidegate took it back. */
  readonly direction: Direction;
  /** When that was. */
  readonly at: Date;
  /** SHA-256 of the file that ran last; null where that was not recorded. */
  readonly checksum: string | null;
  /** The number of the ledger's row that says so. */
  readonly ledgerRow: string;
}

/** A target's history with what the ledger knows of each; null: from before Tidegate, checksum unknown. */
export interface RecordedMigration {
  readonly name: string;
  readonly ledger: LedgerEntry | null;
}
