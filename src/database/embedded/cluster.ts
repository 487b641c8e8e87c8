import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { Layout } from './layout.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

/** Programs of the server see nothing of our environment. */
export const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

// A shadow's login (`tidegate_shadow_…`) may go into the one database of its own name, whatever the databases'
// privileges say; PostgreSQL's "The pg_hba.conf File": the first line that fits decides.
const byName = `host sameuser "/^tidegate_shadow_" 127.0.0.1/32 scram-sha-256
host all "/^tidegate_shadow_" 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
`;

// Version 15 knows no patterns of names, but members of a role: all those logins are members of `base_owner`. So is
// the administrator, who made that role, and comes first.
const byMembership = `host all postgres,tidegate_shadow 127.0.0.1/32 scram-sha-256
host sameuser +base_owner 127.0.0.1/32 scram-sha-256
host all +base_owner 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
`;

/** Makes the data folder where there is none, whole or not at all, and returns the superuser's password. */
export async function ensureCluster(
  layout: Layout,
  binaries: Binaries,
  user: ServerUser | null,
): Promise<string> {
  const isThere = await stat(layout.data).then(
    () => true,
    () => false,
  );
  if (isThere) return readFile(layout.password, 'utf8');
  const password = randomBytes(24).toString('base64url');
  await writeFile(layout.password, password, { mode: 0o600 });
  await initialise(layout, binaries, user, password);
  return password;
}

async function initialise(
  layout: Layout,
  binaries: Binaries,
  user: ServerUser | null,
  password: string,
): Promise<void> {
  const workshop = join(layout.directory, 'data.new');
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { mode: 0o700 });
  const passwordFile = join(workshop, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== null) {
    await Promise.all([workshop, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  }
  const data = join(workshop, 'data');
  await initdb(binaries, data, passwordFile, user);
  await writeFile(join(data, 'pg_hba.conf'), binaries.major < 16 ? byMembership : byName);
  await rename(data, layout.data);
  await rm(workshop, { recursive: true, force: true });
}

// The same on every machine, whatever locales it has; before version 17 only plain C is.
const builtinLocale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

async function initdb(
  { initdb: program, major }: Binaries,
  data: string,
  passwordFile: string,
  user: ServerUser | null,
): Promise<void> {
  const options = [
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...(major >= 17 ? builtinLocale : []),
    '--no-sync',
    '--no-instructions',
  ];
  try {
    await run(program, options, { ...(user ?? {}), cwd: '/', env: serverEnvironment });
  } catch (cause) {
    throw new Error(`PostgreSQL's initdb failed: ${spoken(cause)}`, { cause });
  }
}

function spoken(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'stderr' in error && typeof error.stderr === 'string') {
    if (error.stderr.trim() !== '') return error.stderr.trim();
  }
  return error instanceof Error ? error.message : String(error);
}
