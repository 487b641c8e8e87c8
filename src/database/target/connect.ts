import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { TargetUnavailable } from '../../ports/target.ts';
import { failureOf } from '../failure.ts';
import { scrub, secretsOf } from '../scrub.ts';

/** An open connection to a target, with what is needed to speak of it without its secrets. */
export interface TargetConnection {
  readonly client: pg.Client;
  /** `host:port/database`. */
  readonly place: string;
  readonly secrets: readonly string[];
  /** False once the socket is gone, from either side. */
  isOpen(): boolean;
  close(): Promise<void>;
}

export interface ConnectRequest {
  /** For the words of an error. */
  readonly environment: string;
  url(): Promise<string>;
  readonly timeoutMs: number;
  /** Longest that any one answer may take, for connections that only ask what is answered at once. */
  readonly answerMs?: number;
}

/**
 * Opens a connection. The server is told to notice a vanished client within about a minute, so that a machine
 * that lost its power does not keep the target's lock.
 * @throws TargetUnavailable with the place that was tried and PostgreSQL's words.
 */
export async function connect(request: ConnectRequest): Promise<TargetConnection> {
  const url = await resolve(request);
  const place = placeOf(url);
  const secrets = secretsOf(url);
  const client = clientFor(url, place, request);
  let open = true;
  // Without a listener a broken idle connection would end the process; the next query says what happened.
  client.on('error', () => (open = false));
  client.on('end', () => (open = false));
  try {
    await client.connect();
    await client.query(
      `SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 4;
       SET idle_session_timeout = 0`,
    );
  } catch (error) {
    void client.end().catch(() => undefined);
    throw unavailable(request.environment, place, failureOf(error, secrets).message);
  }
  return {
    client,
    place,
    secrets,
    isOpen: () => open,
    close: () => closeWithin(client),
  };
}

/** A server that no longer answers does not keep us waiting for its goodbye. */
async function closeWithin(client: pg.Client): Promise<void> {
  const goodbye = client.end().catch(() => undefined);
  await Promise.race([goodbye, sleep(2_000, undefined, { ref: false })]);
}

async function resolve(request: ConnectRequest): Promise<string> {
  try {
    return await request.url();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new TargetUnavailable(
      `The database of environment ${request.environment} cannot be reached: its address could not be read. ` +
        `${scrub(words)} Check the \`url\` of this environment in the server's configuration.`,
    );
  }
}

function clientFor(url: string, place: string, request: ConnectRequest): pg.Client {
  try {
    return new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: request.timeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: 'tidegate',
      ...(request.answerMs === undefined ? {} : { query_timeout: request.answerMs }),
    });
  } catch (error) {
    throw unavailable(request.environment, place, failureOf(error, secretsOf(url)).message);
  }
}

function unavailable(environment: string, place: string, words: string): TargetUnavailable {
  return new TargetUnavailable(
    `The database of environment ${environment} cannot be reached at ${place}: ${words.replace(/\.?$/, '.')} ` +
      'Check that it is up, that this machine may connect to it, and that its `url` in the server’s configuration is right.',
  );
}

/** Where a connection URL points to, without user and password. */
function placeOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'an address that is no URL';
  const host = parsed.hostname === '' ? (parsed.searchParams.get('host') ?? 'localhost') : parsed.hostname;
  const database = parsed.pathname === '' ? '/' : parsed.pathname;
  return `${host}:${parsed.port === '' ? '5432' : parsed.port}${database}`;
}
