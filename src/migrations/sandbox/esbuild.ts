import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { accountFor } from './account.ts';

export type EsbuildResult =
  | { readonly kind: 'done'; readonly output: string }
  | { readonly kind: 'failed'; readonly errors: string }
  | { readonly kind: 'stopped' };

export interface EsbuildRun {
  readonly args: readonly string[];
  readonly input: string;
  readonly directory: string;
  /** For code that somebody else wrote: an empty environment, little memory, another account. */
  readonly confined: boolean;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

const outputLimit = 8 * 1024 * 1024;
const memoryLimitKiB = 2 * 1024 * 1024;

/**
 * Runs esbuild's own program once, from standard input to standard output. Not through its JavaScript API: that
 * one shares a process between calls, cannot be stopped for one of them, and lets a reply that is too long for
 * a string end the whole app (seen with an enum whose members double each other's length).
 */
export function runEsbuild(run: EsbuildRun): Promise<EsbuildResult> {
  return new Promise((resolve, reject) => {
    const program = esbuildProgram();
    const [command, args] = run.confined ? withLittleMemory(program, run.args) : [program, [...run.args]];
    const child = spawn(command, args, {
      cwd: run.directory,
      env: {},
      stdio: 'pipe',
      timeout: run.deadlineMs,
      killSignal: 'SIGKILL',
      ...(run.confined ? accountFor(program) : {}),
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let length = 0;
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      length += chunk.length;
      if (length > outputLimit) child.kill('SIGKILL');
      else chunks.push(chunk);
    };
    child.stdout.on('data', keep(output));
    child.stderr.on('data', keep(errors));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ kind: 'done', output: Buffer.concat(output).toString('utf8') });
      else if (code === 1) resolve({ kind: 'failed', errors: Buffer.concat(errors).toString('utf8') });
      else resolve({ kind: 'stopped' });
    });
    child.stdin.end(run.input);
  });
}

function esbuildProgram(): string {
  const require = createRequire(import.meta.url);
  const own = createRequire(require.resolve('esbuild'));
  const name = `@esbuild/${process.platform}-${process.arch}`;
  return own.resolve(process.platform === 'win32' ? `${name}/esbuild.exe` : `${name}/bin/esbuild`);
}

function withLittleMemory(program: string, args: readonly string[]): [string, string[]] {
  if (process.platform === 'win32') return [program, [...args]];
  const script = `ulimit -v ${String(memoryLimitKiB)} 2>/dev/null; exec "$0" "$@"`;
  return ['/bin/sh', ['-c', script, program, ...args]];
}
