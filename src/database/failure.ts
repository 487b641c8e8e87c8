import { scrub } from './scrub.ts';

/** What PostgreSQL, the driver or the network said, with the secrets taken out. */
export interface Failure {
  readonly message: string;
  /** Five characters as in PostgreSQL's "Error Codes"; null where the error is not PostgreSQL's. */
  readonly sqlState: string | null;
  /** The session is gone, and with it any open transaction. */
  readonly connectionLost: boolean;
}

/** An error of our own making: nothing is wrong with the connection. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
}

/** SQLSTATE 08006, `connection_failure`: what a broken socket is told as. */
const connectionFailure = '08006';

// 57P01 admin_shutdown, 57P02 crash_shutdown, 57P03 cannot_connect_now, 57P05 idle_session_timeout,
// 25P03 idle_in_transaction_session_timeout, 25P04 transaction_timeout: each ends the session.
const endsSession = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '25P04']);

/** Puts any thrown thing into words: message, detail, hint and context of PostgreSQL, or the network's code. */
export function failureOf(error: unknown, secrets: readonly string[] = []): Failure {
  if (error instanceof Refusal) return { message: error.message, sqlState: null, connectionLost: false };
  const sqlState = sqlStateOf(error);
  if (sqlState === null) {
    return {
      message: scrub(wordsOf(error), secrets),
      sqlState: connectionFailure,
      connectionLost: true,
    };
  }
  return {
    message: scrub(wordsOf(error), secrets),
    sqlState,
    connectionLost: sqlState.startsWith('08') || endsSession.has(sqlState),
  };
}

function sqlStateOf(error: unknown): string | null {
  const code = field(error, 'code');
  return code !== null && /^[0-9A-Z]{5}$/.test(code) && field(error, 'severity') !== null ? code : null;
}

function wordsOf(error: unknown): string {
  const parts = [
    messageOf(error),
    labelled('Detail', field(error, 'detail')),
    labelled('Hint', field(error, 'hint')),
    labelled('Context', field(error, 'where')),
  ];
  return parts.filter((part) => part !== null).join('\n');
}

/** A refused connection over several addresses is an AggregateError without words of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((inner) => messageOf(inner)).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

function labelled(label: string, text: string | null): string | null {
  return text === null ? null : `${label}: ${text}`;
}

function field(error: unknown, name: string): string | null {
  if (typeof error !== 'object' || error === null || !(name in error)) return null;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value !== '' ? value : null;
}
