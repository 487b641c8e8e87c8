import { spawn } from 'node:child_process';

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitRun {
  readonly directory: string;
  /** Where the binary is looked for, as in PATH. */
  readonly searchPath: string;
  readonly arguments: readonly string[];
  readonly input?: Buffer | string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer and not a failure; 0 always is. */
  readonly accept?: readonly number[];
}

/** What every git here is told before its command. */
export const gitSettings: readonly string[] = ['-c', 'core.quotePath=false', '-c', 'gc.auto=0'];

/** Settings of the machine's user must not change what the simulation does: nothing is inherited. */
export function gitEnvironment({
  searchPath,
  environment: extra = {},
}: Pick<GitRun, 'searchPath' | 'environment'>): NodeJS.ProcessEnv {
  return {
    PATH: searchPath,
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  };
}

/** Runs the git binary without a shell. Throws where it ends with a code that was not to be expected. */
export async function runGit(run: GitRun): Promise<GitResult> {
  const result = await spawnGit(run);
  if (result.code === 0 || run.accept?.includes(result.code) === true) return result;
  throw new Error(`git ${run.arguments.join(' ')} ended with ${result.code}: ${result.stderr.trim()}`);
}

function spawnGit(run: GitRun): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...gitSettings, ...run.arguments], {
      cwd: run.directory,
      env: gitEnvironment(run),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const stderr = Buffer.concat(err).toString('utf8');
      resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr });
    });
    // git may end before it has read everything (a bad object); its exit code then says so.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input ?? '');
  });
}
