import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a running server says of itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly ready: boolean;
}

/** The server that works in this data folder right now; null where there is none, whatever file was left. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  if (!(await worksIn(pid, data))) return null;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

/** A server works in its data folder; a process that got the number of a dead one does not. */
async function worksIn(pid: number, data: string): Promise<boolean> {
  return readlink(`/proc/${pid}/cwd`).then(
    (folder) => folder === data,
    () => false,
  );
}

/**
 * Stops a server: fast (SIGINT: sessions end, changes are written), at once after `graceMs` (SIGQUIT), by force
 * after as long again. Resolves when it is gone. PostgreSQL's "Shutting Down the Server".
 */
export async function stopPostmaster(data: string, graceMs: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const running = await findPostmaster(data);
    if (running === null) return;
    send(running.pid, signal);
    if (await isGone(running.pid, graceMs)) return;
  }
  throw new Error(`The PostgreSQL in ${data} did not end, not even by SIGKILL. End it by hand.`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    if (!(await isRunning(pid))) return true;
    await sleep(10);
  }
  return false;
}

/** A zombie has ended: it only waits for its parent to ask how (proc_pid_stat(5), field 3). */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}
