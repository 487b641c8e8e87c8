import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fileName, history, pendingMigration, sqlFile, type BenchMigration } from './histories.ts';
import { writeFiles } from './peers/contestant.ts';
import { runProgram } from './programs.ts';
import type { Contestant } from './round-robin.ts';
import type { Scene } from './scene.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.js');
const mostMs = 300_000;

/** Builds the command as it is installed: what the others are measured as, too. */
export async function buildCli(signal: AbortSignal): Promise<void> {
  await promisify(execFile)(process.execPath, ['build.ts'], { cwd: root, signal });
}

interface CliOptions {
  readonly scene: Scene;
  readonly size: number;
  readonly runs: number;
  /** The administrator's URL of the shadow server. */
  readonly shadowUrl: string;
}

/** `tidegate plan` as a fresh process, on a shadow server that has seen this history. */
export async function warmCli(options: CliOptions): Promise<Contestant> {
  const { size, scene, runs } = options;
  const migrations = await folderOf(scene, history(size));
  const plan = async (run: string): Promise<number> => {
    const pending = pendingMigration(size, run);
    const path = join(migrations, fileName(pending, 'sql'));
    await writeFile(path, sqlFile(pending));
    try {
      return await runPlan(options, migrations);
    } finally {
      await rm(path);
    }
  };
  await plan('warm_up');
  return { name: 'tidegate-cli-warm', size, runs, measure: (run) => plan(`w${run}`) };
}

/** The same after a history that nobody has seen: its first migration differs each time. */
export function coldCli(options: CliOptions): Contestant {
  const { size, scene, runs } = options;
  return {
    name: 'tidegate-cli-cold',
    size,
    runs,
    async measure(run) {
      const [first, ...rest] = history(size);
      const unseen = first === undefined ? [] : [{ ...first, up: `-- history ${run}\n${first.up}` }];
      const migrations = await folderOf(scene, [...unseen, ...rest, pendingMigration(size, `c${run}`)]);
      try {
        return await runPlan(options, migrations);
      } finally {
        await rm(migrations, { recursive: true, force: true });
      }
    },
  };
}

async function folderOf(scene: Scene, migrations: readonly BenchMigration[]): Promise<string> {
  const folder = await mkdtemp(join(scene.directory, 'migrations-'));
  await writeFiles(folder, new Map(migrations.map((one) => [fileName(one, 'sql'), sqlFile(one)])));
  return folder;
}

function runPlan({ size, scene, shadowUrl }: CliOptions, migrations: string): Promise<number> {
  const applied = ['--base', String(size), '--fail-on', 'none', '--shadow', shadowUrl];
  const command = [cli, 'plan', '--migrations', migrations, ...applied];
  return runProgram(
    { command, cwd: scene.directory, variables: {}, cache: join(scene.directory, 'compiled') },
    mostMs,
    scene.signal,
  );
}
