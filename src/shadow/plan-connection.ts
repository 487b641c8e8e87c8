import { Socket } from 'node:net';
import pg from 'pg';
import { endSession } from './end-session.ts';

/** How long, and how much, a statement of a migration may take. */
export interface Limits {
  readonly statementMs: number;
  /** Bytes that the server may send for one statement: rows, notices, notifications. */
  readonly receivedBytes: number;
  /** Size that the database may grow to. */
  readonly databaseBytes: number;
  /** Locks that a session may hold: all databases of a server share one table of them. */
  readonly locks: number;
}

export const defaultLimits: Limits = {
  statementMs: 60_000,
  // One message of this size is read in well under a second, in which the app answers nobody.
  receivedBytes: 16 * 1024 ** 2,
  databaseBytes: 2 * 1024 ** 3,
  locks: 20_000,
};

/** The host ended a statement; `reason` says why, in words for people. */
export class EndedByHost extends Error {
  override readonly name = 'EndedByHost';
}

/** A session of a login that runs hostile SQL. Only the host decides how long. */
export interface PlanConnection {
  readonly pid: number;
  /** Runs SQL as it stands, and throws its rows away. */
  run(sql: string): Promise<void>;
  /** Runs one statement, and keeps at most `most` rows; `more` where there were others. */
  read(sql: string, most: number): Promise<Answer>;
  /**
   * Sends texts at once, each run as it stands whatever became of those before it, and keeps at most `most` rows of
   * each. Throws the first failure when all have been answered. None may ask for data of ours, as COPY … FROM STDIN
   * does: the next text would be taken for it.
   */
  runAll(texts: readonly string[], most: number): Promise<readonly Answer[]>;
  /** Forgets what a migration set, as a target's session does before the next; the role is `base_owner` again. */
  clean(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly rows: readonly Record<string, unknown>[];
  readonly more: boolean;
  /** When it was complete, as `performance.now()` has it. */
  readonly at: number;
}

/** What puts a session back to how it began; each has to be sent by itself. */
export const cleaning: readonly string[] = ['DISCARD ALL', 'RESET ROLE'];

/** Under whose eyes a session runs. */
export interface Watch {
  readonly admin: pg.Pool;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
}

/** An open session of a shadow database's login, of which nothing was asked yet. */
export interface PlanLogin {
  readonly database: string;
  readonly client: pg.Client;
  readonly socket: Socket;
  readonly pid: number;
  /** What was asked of it and is not answered yet. */
  running: number;
  /** The host ended it, since it went too far. */
  wasEnded: boolean;
}

/** Ends the session; one that still runs something is not waited for. */
export async function closeLogin({ client, socket, running }: PlanLogin): Promise<void> {
  if (running > 0) socket.destroy();
  await client.end();
}

/** Connects as the login of a shadow database. */
export async function openLogin(url: string, database: string): Promise<PlanLogin> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    stream: () => socket,
    connectionTimeoutMillis: 15_000,
    pipeline: true,
  });
  // What ends a session stands in the error of the statement that it was running.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
  return { database, client, socket, pid: rows[0]?.pid ?? 0, running: 0, wasEnded: false };
}

/** The session as it is used for SQL that nobody trusts. */
export function planConnection(login: PlanLogin, watch: Watch): PlanConnection {
  const { client, pid } = login;
  const guarded = <T>(work: () => Promise<T>): Promise<T> => guard(login, watch, work);
  const run = (sql: string): Promise<void> =>
    guarded(async () => {
      await submit(client, new pg.Query(sql), 0);
    });
  const runAll: PlanConnection['runAll'] = (texts, most) => guarded(() => submitAll(login, texts, most));
  return {
    pid,
    run,
    runAll,
    async clean() {
      await runAll(cleaning, 0);
    },
    read: (sql, most) => guarded(() => submit(client, new pg.Query(asOneStatement(sql)), most)),
    close: () => closeLogin(login),
  };
}

/** The extended protocol takes one statement a message. pg knows `queryMode`; its declared types do not. */
function asOneStatement(sql: string): { text: string; queryMode: 'extended' } {
  return { text: sql, queryMode: 'extended' };
}

/** Rows are taken off the wire one by one: a result of any size costs no memory here. */
async function submit(client: pg.Client, query: pg.Query, most: number): Promise<Answer> {
  const rows: Record<string, unknown>[] = [];
  let more = false;
  query.on('row', (row: Record<string, unknown>) => {
    if (rows.length < most) rows.push(row);
    else more = true;
  });
  await new Promise<void>((done, failed) => {
    query.on('end', () => done());
    query.on('error', failed);
    client.query(query);
  });
  return { rows, more, at: performance.now() };
}

async function submitAll(
  { client, socket }: PlanLogin,
  texts: readonly string[],
  most: number,
): Promise<readonly Answer[]> {
  // One write to the socket: for short statements that is most of what they cost.
  socket.cork();
  const asked = texts.map((sql) => submit(client, new pg.Query(sql), most));
  socket.uncork();
  // Where an earlier one fails, nobody listens for the later ones' failures.
  await Promise.allSettled(asked);
  return Promise.all(asked);
}

/**
 * Runs `work` under the host's own watch, and ends the session from outside where it goes too far: a statement
 * can switch off `statement_timeout` and swallow a cancel, but not pg_terminate_backend.
 */
async function guard<T>(login: PlanLogin, watch: Watch, work: () => Promise<T>): Promise<T> {
  const { database, pid, socket } = login;
  const { admin, limits, signal } = watch;
  signal?.throwIfAborted();
  const ended: { by: EndedByHost | null; gone: Promise<void> } = { by: null, gone: Promise.resolve() };
  const end = (reason: string): void => {
    if (ended.by !== null) return;
    ended.by = new EndedByHost(reason);
    login.wasEnded = true;
    ended.gone = endSession({ admin, database, pid }).finally(() => socket.destroy());
  };
  const onAbort = (): void => end('the plan was called off');
  const alreadyReceived = socket.bytesRead;
  const counting = setInterval(() => {
    if (socket.bytesRead - alreadyReceived <= limits.receivedBytes) return;
    end(`it sent more than ${inMegabytes(limits.receivedBytes)}`);
    socket.destroy();
  }, 50);
  const measuring = setInterval(() => void measure(admin, pid, database, limits, end), 250);
  const deadline = setTimeout(
    () => end(`it still ran after ${limits.statementMs / 1000} s`),
    limits.statementMs,
  );
  signal?.addEventListener('abort', onAbort, { once: true });
  login.running += 1;
  try {
    const result = await work();
    // It finished while it was being ended: its session is gone all the same.
    if (ended.by !== null) throw ended.by;
    return result;
  } catch (error) {
    await ended.gone;
    signal?.throwIfAborted();
    throw ended.by ?? error;
  } finally {
    login.running -= 1;
    clearTimeout(deadline);
    clearInterval(measuring);
    clearInterval(counting);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function measure(
  admin: pg.Pool,
  pid: number,
  database: string,
  limits: Limits,
  end: (reason: string) => void,
): Promise<void> {
  try {
    if ((await locksOf(admin, pid)) > limits.locks) end(`it held more than ${limits.locks} locks`);
    const { rows } = await admin.query<{ bytes: string }>(
      `SELECT pg_catalog.pg_database_size(oid) AS bytes FROM pg_catalog.pg_database WHERE datname = $1`,
      [database],
    );
    if (Number(rows[0]?.bytes ?? 0) <= limits.databaseBytes) return;
    end(`it made the database larger than ${inMegabytes(limits.databaseBytes)}`);
  } catch {
    // The next measurement, or the deadline, will see it.
  }
}

/** Asks functions alone: where no lock is left on the server, a shared catalog could not be read. */
async function locksOf(admin: pg.Pool, pid: number): Promise<number> {
  const { rows } = await admin.query<{ locks: string }>(
    'SELECT pg_catalog.count(*) AS locks FROM pg_catalog.pg_lock_status() WHERE pid = $1',
    [pid],
  );
  return Number(rows[0]?.locks ?? 0);
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
