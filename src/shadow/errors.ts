import pg from 'pg';
import { EndedByHost } from './plan-connection.ts';

/** A migration of the baseline does not replay on an empty database. */
export class ShadowBaselineError extends Error {
  override readonly name = 'ShadowBaselineError';
  readonly migration: string;

  constructor(migration: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.migration = migration;
  }
}

/** What went wrong with a statement: a sentence's end, and PostgreSQL's words whole. */
export interface Failure {
  readonly message: string;
  readonly detail: string;
  readonly sqlState: string | null;
  /** The session is gone. */
  readonly sessionLost: boolean;
}

// The driver's words; it gives them no code.
const lostConnection =
  /^(Connection terminated|Client has encountered a connection error|Client was closed)|ECONNRESET|EPIPE/;

/** Puts what a statement failed with into words; rethrows what no statement can cause. */
export function failureOf(error: unknown, sql: string): Failure {
  if (error instanceof EndedByHost) {
    const message = `${error.message}, and was ended`;
    return { message, detail: message, sqlState: null, sessionLost: true };
  }
  if (error instanceof pg.DatabaseError) {
    return {
      message: cut(error.message, 2_000),
      detail: cut(detailOf(error, sql), 10_000),
      sqlState: error.code ?? null,
      sessionLost: error.severity === 'FATAL' || error.severity === 'PANIC',
    };
  }
  if (error instanceof Error && lostConnection.test(error.message)) {
    const message = "the shadow server's session ended";
    return { message, detail: error.message, sqlState: null, sessionLost: true };
  }
  throw error;
}

/** A migration chooses the words of its errors, and how many. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()} …`;
}

function detailOf(error: pg.DatabaseError, sql: string): string {
  const parts: readonly (readonly [string, string | undefined])[] = [
    [error.severity ?? 'ERROR', `${error.message} (SQLSTATE ${error.code ?? 'unknown'})`],
    ['DETAIL', error.detail],
    ['HINT', error.hint],
    ['CONTEXT', error.where],
    ['AT', near(sql, Number(error.position))],
  ];
  return parts.flatMap(([label, text]) => (text === undefined ? [] : [`${label}: ${text}`])).join('\n');
}

/** The line of the statement that PostgreSQL points at, and the column. */
function near(sql: string, position: number): string | undefined {
  if (!(position >= 1)) return undefined;
  // PostgreSQL counts characters, JavaScript halves of some.
  const before = Array.from(sql)
    .slice(0, position - 1)
    .join('');
  const start = before.lastIndexOf('\n') + 1;
  const line = sql.slice(start).split('\n', 1)[0] ?? '';
  return `${line.slice(0, 200).trimEnd()} (column ${before.length - start + 1})`;
}
