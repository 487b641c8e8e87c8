import type { ApplyOrigin, ApplyStep, StepOutcome } from '../domain/apply.ts';
import type { GoneRun, HistoryEntry, LedgerEntry } from '../domain/history.ts';
import type { Direction, MigrationSettings } from '../domain/migration.ts';
import type { EnvironmentKey } from '../domain/repository.ts';

/** What a target is and what ran on it, read in one go. */
export interface TargetState {
  /** Server version as in `server_version_num`, e.g. 180004. */
  readonly versionNumber: number;
  /** `system_identifier` of `pg_control_system()` with the database's name: which database this is. Null where the role may not ask. */
  readonly identity: string | null;
  /** When its server was started, to the microsecond: tells it from a physical copy, which has the same identity. */
  readonly startedAt: string;
  /** Names of the cluster's roles, PostgreSQL's own left out: migrations may grant to them. */
  readonly roles: readonly string[];
  /** The database's own clock when it was asked. */
  readonly now: Date;
  /** In the order in which node-pg-migrate's CLI reads them; empty where its table does not exist yet. */
  readonly history: readonly HistoryEntry[];
  readonly ledger: readonly LedgerEntry[];
  /** What ran once, and is named by no row of the history any more. */
  readonly gone: readonly GoneRun[];
  /** What ran in part outside a transaction, and has neither come to its end nor been taken up again. */
  readonly halfway: readonly Halfway[];
  /** Of node-pg-migrate's table, whose times have no zone. */
  readonly table: { readonly isThere: boolean; readonly timeZone: string };
}

/** A migration of which statements stand that ran outside a transaction, and others have not run. */
export interface Halfway {
  readonly name: string;
  readonly direction: Direction;
}

/** Why a target cannot be used, in words for people; never with a secret in them. */
export class TargetUnavailable extends Error {
  override readonly name = 'TargetUnavailable';
}

/** A target's schema as SQL, and what its history held when it had been read. */
export interface TargetSchema {
  /** As pg_dump writes it, without owners and without Tidegate's own schema. */
  readonly sql: string;
  /** Names, in the order of the history. */
  readonly history: readonly string[];
}

/** Why a target's schema cannot be had, though the target itself can be used; never with a secret in it. */
export class SchemaUnavailable extends Error {
  override readonly name = 'SchemaUnavailable';
}

/** A target at one moment, for looking only. */
export interface TargetView {
  readonly versionNumber: number;
  /** Another one whenever anything of the users' own is another in its catalog. */
  readonly fingerprint: string;
  /** The same of history and ledger. */
  readonly historyMark: string;
  /** The roles whose ownership goes without saying: of what migrations make there, and of the database. */
  readonly owners: readonly string[];
  /** What is being done there at the moment, as a sentence; null where nothing is. What stopped half-way is not. */
  readonly underway: string | null;
  state(): Promise<TargetState>;
  /** Asks one question that only reads; names are looked up in `pg_catalog` alone. */
  ask<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** The same of a question that may be refused: null where PostgreSQL answers with an error. */
  attempt<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[] | null>;
  /** Whether catalog or history are others by now; what is asked afterwards is of now. */
  hasMoved(): Promise<boolean>;
}

declare const lockBrand: unique symbol;

/**
 * Proof that this process holds the target's lock and its newest fencing token. Only the adapter makes one,
 * and every call that changes the target is a method of it.
 */
export interface LockedTarget {
  readonly [lockBrand]: true;
  readonly fencingToken: bigint;
  state(): Promise<TargetState>;
  /** As `TargetView.fingerprint`. */
  fingerprint(): Promise<string>;
  /**
   * Runs one migration. Where the script is transactional: its statements, the history row and the ledger row
   * in one transaction, the fence checked in it. Else statement by statement with a journal; an earlier run's
   * journal is resumed. Never throws for what PostgreSQL answers: that is an outcome.
   */
  run(step: ApplyStep, origin: ApplyOrigin): Promise<StepOutcome>;
  /** Forgets how far these came outside a transaction: none of them goes on from there. */
  forget(halfway: readonly Halfway[]): Promise<void>;
  /** Writes ledger rows for history from before Tidegate; runs nothing. */
  adopt(entries: readonly LedgerEntry[]): Promise<void>;
  /** Writes history and ledger rows of migrations whose work is there already, in this order; runs nothing. */
  record(entries: readonly LedgerEntry[]): Promise<void>;
}

/** The databases of the environments. Urls and secrets stay inside the adapter. */
export interface Targets {
  /** Whether the server's configuration names a database for it. */
  has(key: EnvironmentKey): boolean;
  /** Reads only, by the read-only role where one is configured. Throws TargetUnavailable. */
  read(key: EnvironmentKey, settings: MigrationSettings): Promise<TargetState>;
  /**
   * SQL that puts the rows of these of what is gone back into the history as they were, for people: the table is made
   * where it is missing, and gives new numbers after those.
   */
  putBack(settings: MigrationSettings, state: TargetState, names: readonly string[]): string;
  /** Its schema, by the same role. Throws TargetUnavailable, or SchemaUnavailable where pg_dump cannot do it. */
  schema(key: EnvironmentKey, settings: MigrationSettings): Promise<TargetSchema>;
  /** Has `work` look at it, by the same role. What it throws comes out in words where PostgreSQL threw it. */
  look<T>(
    key: EnvironmentKey,
    settings: MigrationSettings,
    work: (view: TargetView) => Promise<T>,
  ): Promise<T>;
  /** Runs `work` under the target's lock. Throws TargetUnavailable where it cannot be had. */
  withLock<T>(
    key: EnvironmentKey,
    settings: MigrationSettings,
    work: (target: LockedTarget) => Promise<T>,
  ): Promise<T>;
  /** Rows of each of these tables (qualified names), by the planner's estimate; what a down would lose. */
  estimateRows(key: EnvironmentKey, relations: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
