/** Closed list of why a plan cannot run. Each has one place where its words are made. */
export type ProblemCode =
  /** `.github/tidegate.yml` on the default branch. */
  | 'configuration'
  /** The same file, as the pull request would leave it. */
  | 'configuration-proposed'
  | 'directory-missing'
  | 'tree-truncated'
  | 'file-unusual'
  | 'file-name'
  | 'file-too-large'
  | 'file-not-utf8'
  | 'file-empty'
  | 'file-markers'
  | 'duplicate-version'
  /** It says where it is only to run, in a way that cannot be followed. */
  | 'only-environments'
  | 'edited'
  | 'renamed'
  | 'out-of-order'
  | 'history-unknown'
  | 'removal'
  | 'no-down'
  | 'compile'
  | 'syntax'
  | 'transaction-control'
  | 'mixed-transaction'
  | 'asks-database'
  | 'dry-run-up'
  | 'dry-run-down'
  | 'dry-run-up-again'
  /** The schema that stands for the first migrations cannot be used. */
  | 'baseline'
  | 'shadow-unavailable'
  | 'target-unavailable'
  | 'no-database'
  | 'merge-conflict'
  | 'hold'
  /** It has not run, or not so, in the environment that it is promoted from. */
  | 'not-promoted'
  /** It has not stood there long enough. */
  | 'not-soaked'
  | 'not-run'
  /** What it writes down as applied is not what the database has. */
  | 'drift'
  /** A stranger's: nothing of it is run until somebody who may write says so. */
  | 'not-vouched'
  | 'internal';

/** A reason why a plan is red, in words for the author of the pull request. */
export interface Problem {
  readonly code: ProblemCode;
  /** What was expected, what was found, what to do next. One to three sentences, plain text. */
  readonly message: string;
  readonly migration?: string;
  readonly path?: string;
  /** Line from 1 in the file at `path`. */
  readonly line?: number;
  /** PostgreSQL's own words, or a stack, whole; shown in a code block. */
  readonly detail?: string;
}
