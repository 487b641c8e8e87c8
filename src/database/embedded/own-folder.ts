import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * A folder of ours below one that everybody can write to, the same each time for the same `purpose` path. Null
 * where somebody else put one there under that name: it is not used.
 */
export async function ownFolder(below: string, prefix: string, purpose: string): Promise<string | null> {
  const name = createHash('sha256').update(resolve(purpose)).digest('hex').slice(0, 16);
  const directory = join(below, `${prefix}-${name}`);
  try {
    await mkdir(directory, { mode: 0o700, recursive: true });
    const found = await lstat(directory);
    const isOurs = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
    return isOurs ? directory : null;
  } catch {
    return null;
  }
}
