import { spawn } from 'node:child_process';
import { TookTooLong } from './round-robin.ts';

export interface Program {
  /** A file that Node runs, then its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Where Node keeps compiled code from one process to the next. */
  readonly cache: string;
}

/** What is said of a program that fails, of the end of what it printed. */
const saidCharacters = 400;
/** In which a program that is told to end may put its things away. */
const graceMs = 10_000;

/**
 * Runs a Node program as a fresh process and gives the milliseconds that it took. Throws where it fails, takes
 * longer than `mostMs` or is stopped; nothing that it started then runs on.
 */
export async function runProgram(program: Program, mostMs: number, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, program.command, {
    cwd: program.cwd,
    // Code that was read before is kept, as on a machine that runs the same tool each time.
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: program.cache, ...program.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what it starts can be ended with it.
    detached: true,
  });
  let printed = '';
  const keep = (part: Buffer): void => void (printed = (printed + part.toString()).slice(-saidCharacters));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stopped = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
  let grace: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill('SIGTERM');
    grace = setTimeout(() => killGroup(child.pid), graceMs);
  };
  stopped.addEventListener('abort', end);
  if (stopped.aborted) end();
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    const took = performance.now() - began;
    signal.throwIfAborted();
    if (stopped.aborted) throw new TookTooLong(`took longer than ${mostMs / 1000} s`);
    if (status !== 0) throw new Error(`ended with status ${String(status)}: ${withoutPasswords(printed)}`);
    return took;
  } finally {
    stopped.removeEventListener('abort', end);
    clearTimeout(grace);
    // What it started may outlive it where it was ended.
    if (stopped.aborted) killGroup(child.pid);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function withoutPasswords(text: string): string {
  return text.replaceAll(/:\/\/([^\s:/@]*):[^\s@]+@/g, '://$1:***@');
}
