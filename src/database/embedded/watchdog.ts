import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** Cleans up after this process where it dies without a chance to do so itself (SIGKILL). */
export interface Watchdog {
  /** Ends it without any cleaning: this process did that itself. */
  dismiss(): Promise<void>;
}

export interface Watch {
  /** Data folder of a PostgreSQL that is to be stopped, as an absolute path without symlinks. */
  readonly dataDirectory: string | null;
  /** Folders that are then to be removed with all they hold. */
  readonly remove: readonly string[];
}

// The shell waits on its standard input, whose other end only our process holds: it reads the end of it when
// that process is gone, whatever ended it. A server counts as ours only where it works in the data folder.
const script = `
trap '' HUP INT
while read -r line; do :; done
data=$1; shift
serving() {
  pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$data" ]
}
if [ -n "$data" ]; then
  for try in 1 2 3 4 5 6 7 8 9 10; do serving && break; sleep 0.1; done
  serving && kill -INT "$pid"
  for try in $(seq 1 100); do serving || break; sleep 0.1; done
  serving && kill -QUIT "$pid" && sleep 1
  serving && kill -KILL "$pid"
fi
for folder in "$@"; do
  for try in 1 2 3; do rm -rf -- "$folder" && break; sleep 0.5; done
done
`;

/**
 * Starts a shell of its own session (a Ctrl-C in the terminal does not reach it) that waits for this process to
 * end. Neither it nor its pipe keeps this process alive.
 */
export function startWatchdog(watch: Watch): Watchdog {
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'tidegate-watchdog', watch.dataDirectory ?? '', ...watch.remove],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    },
  );
  const ended = new Promise<void>((done) => child.once('close', () => done()).once('error', () => done()));
  child.unref();
  // Node gives a child's pipe as a socket; its declared type does not say so.
  if (child.stdin instanceof Socket) child.stdin.unref();
  child.stdin.on('error', () => undefined);
  return {
    async dismiss() {
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
