import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cli = join(
  dirname(createRequire(import.meta.url).resolve('node-pg-migrate/package.json')),
  'bin/node-pg-migrate.js',
);

/**
 * Runs `node-pg-migrate up`, its own CLI, on files as a developer would have them; returns what it printed.
 * `directory` is a scratch folder.
 */
export async function migrateByHand(
  files: Readonly<Record<string, string>>,
  databaseUrl: string,
  directory: string,
): Promise<string> {
  const checkout = await mkdtemp(join(directory, 'checkout-'));
  try {
    await mkdir(join(checkout, 'migrations'));
    for (const [path, content] of Object.entries(files)) {
      await writeFile(join(checkout, 'migrations', basename(path)), content);
    }
    await symlink(dirname(dirname(dirname(cli))), join(checkout, 'node_modules'));
    const { stdout, stderr } = await run(process.execPath, [cli, 'up'], {
      cwd: checkout,
      env: { DATABASE_URL: databaseUrl },
    });
    return `${stdout}${stderr}`;
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}
