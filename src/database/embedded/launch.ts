import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverEnvironment } from './cluster.ts';
import type { Layout } from './layout.ts';
import { findPostmaster } from './postmaster.ts';
import type { ServerUser } from './server-user.ts';

export interface Launch {
  readonly program: string;
  readonly layout: Layout;
  readonly user: ServerUser | null;
  readonly settings: Readonly<Record<string, string>>;
  /** Memory that each process of the server may take, in bytes, what they share counted for each; null for any. */
  readonly processBytes: number | null;
}

const startMs = 30_000;
const ports = 5;

/** Starts the server on a free port of 127.0.0.1 and waits until it takes connections. */
export async function launch(wanted: Launch): Promise<{ readonly port: number; readonly pid: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const pid = await tryPort(wanted, port);
    if (pid !== null) return { port, pid };
    const said = await readFile(wanted.layout.log, 'utf8');
    // Somebody else took the port after we had found it free.
    if (attempt < ports && said.includes('Address already in use')) continue;
    throw new Error(`The embedded PostgreSQL did not start. Its log ends with:\n${lastLines(said, 15)}`);
  }
}

async function tryPort(wanted: Launch, port: number): Promise<number | null> {
  const server = await spawnServer(wanted, port);
  const until = performance.now() + startMs;
  while (performance.now() < until && server.exitCode === null && server.signalCode === null) {
    const found = await findPostmaster(wanted.layout.data);
    if (found?.ready === true && found.pid === server.pid) return found.pid;
    await sleep(5);
  }
  server.kill('SIGKILL');
  return null;
}

/**
 * Sets the limit and becomes the server. A statement that asks for more than it gets "out of memory", and where
 * the machine itself runs short, the kernel ends this server before it ends us.
 */
const bounded =
  'ulimit -c 0; ulimit -v "$1" || exit 1; shift; echo 500 2>/dev/null >/proc/self/oom_score_adj; exec "$@"';

function startedBy({ program, processBytes }: Launch, args: readonly string[]): [string, readonly string[]] {
  if (processBytes === null) return [program, args];
  const kibibytes = String(Math.floor(processBytes / 1024));
  return ['/bin/sh', ['-c', bounded, 'tidegate-postgres', kibibytes, program, ...args]];
}

/** In a session of its own, so that a Ctrl-C in the terminal reaches us alone and we end it in order. */
async function spawnServer(wanted: Launch, port: number): Promise<ChildProcess> {
  const { layout, user, settings } = wanted;
  const log = await open(layout.log, 'w', 0o600);
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    max_connections: '200',
    ...settings,
    port: String(port),
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [program, args] = startedBy(wanted, ['-D', layout.data, ...options]);
  const server = spawn(program, args, {
    ...(user ?? {}),
    cwd: '/',
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await new Promise((done, failed) => server.once('spawn', done).once('error', failed));
  await log.close();
  server.unref();
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, failed) => {
    probe.once('error', failed).listen(0, '127.0.0.1', done);
  });
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string')
    throw new Error('Expected a port, found a socket file.');
  return address.port;
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
