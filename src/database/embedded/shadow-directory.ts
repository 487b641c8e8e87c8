import { statfs } from 'node:fs/promises';
import { ownFolder } from './own-folder.ts';

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
  return (await ownFolder(memory, 'tidegate-shadow', fallback)) ?? fallback;
}

async function hasRoom(): Promise<boolean> {
  return statfs(memory).then(
    ({ type, bavail, bsize }) => type === tmpfs && bavail * bsize >= leastBytes,
    () => false,
  );
}
