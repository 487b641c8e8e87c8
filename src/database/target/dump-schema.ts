import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SchemaUnavailable } from '../../ports/target.ts';
import { scrub, secretsOf } from '../scrub.ts';
import { clientEnvironment } from './client-environment.ts';

const run = promisify(execFile);

export interface DumpRequest {
  /** For the words of an error. */
  readonly environment: string;
  readonly place: string;
  /** With the password: it goes into the environment of pg_dump alone, never on its command line. */
  readonly url: string;
  /** The target's, as in `server_version_num`. */
  readonly versionNumber: number;
  /** Where pg_dump is looked for. */
  readonly path: string;
}

/** What the whole dump may take and be. */
const most = { milliseconds: 120_000, bytes: 32 * 1024 ** 2 } as const;

const options = [
  '--schema-only',
  '--no-owner',
  '--no-security-labels',
  '--no-publications',
  '--no-subscriptions',
  '--no-tablespaces',
  // Tidegate's own; no migration is about it.
  '--exclude-schema=tidegate',
  '--no-password',
];

const otherWay =
  'or commit a schema file and name it under `baseline` in .github/tidegate.yml instead of `target`.';

/**
 * A database's schema as the pg_dump on `path` writes it. Throws SchemaUnavailable where there is none, where it is
 * older than the server, or where it fails, with what to do.
 */
export async function dumpSchema(request: DumpRequest): Promise<string> {
  const { environment, place, url, versionNumber, path } = request;
  const needed = Math.floor(versionNumber / 10_000);
  const version = await versionOf(path);
  if (version === null) {
    throw new SchemaUnavailable(
      `The schema of environment ${environment} was to be read by pg_dump, and there is none on the PATH of Tidegate. ` +
        `Install PostgreSQL's client programs of version ${needed} or newer there (on Debian: postgresql-client-${needed}), ${otherWay}`,
    );
  }
  if (version < needed) {
    throw new SchemaUnavailable(
      `The schema of environment ${environment} was to be read by pg_dump ${needed} or newer, since that is its ` +
        `server's version; the one on the PATH of Tidegate is ${version}. Install a newer one ahead of it ` +
        `(on Debian: postgresql-client-${needed}), ${otherWay}`,
    );
  }
  try {
    const { stdout } = await run('pg_dump', options, {
      env: { ...clientEnvironment(url), PATH: path, LC_ALL: 'C' },
      cwd: '/',
      timeout: most.milliseconds,
      killSignal: 'SIGKILL',
      maxBuffer: most.bytes,
    });
    return stdout;
  } catch (error) {
    throw new SchemaUnavailable(
      `pg_dump could not read the schema of environment ${environment} at ${place}: ${saidBy(error, url)} ` +
        `Its role needs SELECT on every table and sequence there; give it that, ${otherWay}`,
    );
  }
}

/** The major version of the pg_dump on a path; null where there is none that says. */
async function versionOf(path: string): Promise<number | null> {
  try {
    const env = { PATH: path, LC_ALL: 'C' };
    const { stdout } = await run('pg_dump', ['--version'], { env, cwd: '/', timeout: 15_000 });
    const [, major] = /\(PostgreSQL\) (\d+)/.exec(stdout) ?? [];
    return major === undefined ? null : Number(major);
  } catch {
    return null;
  }
}

/** What it wrote as its errors, without secrets, in one line of bounded length. */
function saidBy(error: unknown, url: string): string {
  const said: unknown = error instanceof Error ? Reflect.get(error, 'stderr') : '';
  const isOver = error instanceof Error && Reflect.get(error, 'killed') === true;
  const words = isOver
    ? `it was ended after ${most.milliseconds / 1_000} s.`
    : typeof said === 'string'
      ? said.trim().replaceAll(/\s+/g, ' ')
      : '';
  const known = words === '' ? 'it gave no reason.' : scrub(words, secretsOf(url));
  return known.length > 500 ? `${known.slice(0, 500).toWellFormed()} …` : known;
}
