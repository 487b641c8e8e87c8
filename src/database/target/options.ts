import type { Log } from '../../ports/log.ts';

/** How long things may take on a target, in milliseconds. */
export interface TargetLimits {
  /** To open a connection. */
  readonly connect: number;
  /** To wait for node-pg-migrate's lock and for the fence. */
  readonly lockWait: number;
  /** `lock_timeout` of a migration's statements: what stands in line behind a lock stops everybody else. */
  readonly lock: number;
  /** `lock_timeout` of statements that run CONCURRENTLY: they stop nobody while they wait. */
  readonly concurrentLock: number;
  /** `statement_timeout` inside a transaction. */
  readonly statement: number;
  /** `statement_timeout` outside a transaction, where indexes are built. */
  readonly longStatement: number;
  /** To ask the target what became of a COMMIT whose answer was lost. */
  readonly commitQuestion: number;
}

export const defaultTargetLimits: TargetLimits = {
  connect: 10_000,
  lockWait: 60_000,
  lock: 5_000,
  concurrentLock: 600_000,
  statement: 900_000,
  longStatement: 6 * 3_600_000,
  commitQuestion: 60_000,
};

export interface TargetOptions {
  readonly log: Log;
  readonly limits?: Partial<TargetLimits>;
  /** Sleeps for so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** The PATH that pg_dump is looked for on; absent where nothing is to be dumped. */
  readonly path?: string | undefined;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Use servers newer than this version of Tidegate knows. */
  readonly allowNewerServers?: boolean;
}

/** Where an environment's database is; asked anew for each connection, since tokens expire. */
export interface TargetDatabase {
  url(): Promise<string>;
  /** Of a read-only role; null where none is configured. */
  readUrl(): Promise<string | null>;
}
