import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { layoutOf } from './layout.ts';
import { findPostmaster } from './postmaster.ts';

/**
 * The address of the embedded server that another process runs in this folder, as it is; null where none is up.
 * Starting one there would stop the other's. Holds the password: never to be logged.
 */
export async function runningServerUrl(directory: string, database: string): Promise<string | null> {
  const real = await realpath(directory).catch(() => null);
  if (real === null) return null;
  const { data, password } = layoutOf(real);
  if ((await findPostmaster(data))?.ready !== true) return null;
  // Its fourth line is the port (PostgreSQL, "Database File Layout").
  const port = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[3]);
  const secret = (await readFile(password, 'utf8')).trim();
  return `postgresql://postgres:${secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
