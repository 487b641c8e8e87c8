import { createHash } from 'node:crypto';
import { lstat, mkdir, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const memory = '/dev/shm';
const leastBytes = 1024 ** 3;
/** `f_type` of a tmpfs; statfs(2). */
const tmpfs = 0x01021994;

/**
 * Where a shadow server's data should lie: in memory, where there is at least 1 GB of it free as a file system
 * (a container's /dev/shm has 64 MB), else in `fallback`. The same `fallback` gives the same folder, so that
 * the next run finds what a killed one left.
 */
export async function shadowDirectory(fallback: string): Promise<string> {
  if (!(await hasRoom())) return fallback;
  const name = createHash('sha256').update(resolve(fallback)).digest('hex').slice(0, 16);
  const directory = join(memory, `tidegate-shadow-${name}`);
  return (await isOurs(directory)) ? directory : fallback;
}

async function hasRoom(): Promise<boolean> {
  return statfs(memory).then(
    ({ type, bavail, bsize }) => type === tmpfs && bavail * bsize >= leastBytes,
    () => false,
  );
}

/** Everybody can write to /dev/shm: a folder that somebody else put there under our name is not used. */
async function isOurs(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700, recursive: true });
    const found = await lstat(directory);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
