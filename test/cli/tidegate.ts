import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const entry = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Result {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder to call the command in, and one that it takes for the machine's temporary folder. */
export interface Place {
  readonly directory: string;
  readonly temporary: string;
}

/** Both are removed when the test has ended. */
export async function place(): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'tidegate-cli-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [directory, temporary] = [join(root, 'here'), join(root, 'tmp')];
  for (const folder of [directory, temporary]) await mkdir(folder);
  // A server that root starts runs as another user, who must get through.
  await chmod(root, 0o711);
  await chmod(temporary, 0o711);
  return { directory, temporary };
}

export interface Call {
  readonly at: Place;
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** Starts the real command as a process of its own. */
export function start({ at, args, variables = {} }: Call): {
  readonly child: ChildProcessWithoutNullStreams;
  readonly result: Promise<Result>;
} {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: at.directory,
    env: { PATH: process.env['PATH'], TMPDIR: at.temporary, GIT_CEILING_DIRECTORIES: tmpdir(), ...variables },
  });
  const [out, err]: Buffer[][] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out?.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err?.push(chunk));
  const text = (chunks: Buffer[] | undefined): string => Buffer.concat(chunks ?? []).toString('utf8');
  const result = new Promise<Result>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out: text(out), err: text(err) }));
  });
  return { child, result };
}

/** Runs the real command to its end. */
export function tidegate(at: Place, ...args: readonly string[]): Promise<Result> {
  return start({ at, args }).result;
}

export async function write(at: Place, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(at.directory, path)), { recursive: true });
    await writeFile(join(at.directory, path), text);
  }
}

export async function git(at: Place, ...args: readonly string[]): Promise<void> {
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  await promisify(execFile)('git', [...author, ...args], {
    cwd: at.directory,
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
}

/** The command lines of processes that work in the place's temporary folder. */
export async function processesOf({ temporary }: Place): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes(temporary));
}

/** What a call left behind: files in its temporary folder and processes that work there. */
export async function leftBy(at: Place): Promise<readonly string[]> {
  return [...(await readdir(at.temporary)), ...(await processesOf(at))];
}
