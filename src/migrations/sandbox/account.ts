import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The account that owns nothing on common systems (`nobody`). */
const nobody = 65534;

/**
 * Spawn options that leave root's account, where the app runs as root and that account can reach `program`;
 * else none.
 */
export function accountFor(program: string): { uid: number; gid: number } | Record<string, never> {
  return process.getuid?.() === 0 && isReachable(program) ? { uid: nobody, gid: nobody } : {};
}

/** Whether anybody may run the file: by its own mode and that of each folder above it. */
export function isReachable(program: string): boolean {
  const passable = (path: string): boolean => (statSync(path).mode & 0o001) !== 0;
  if (!passable(program)) return false;
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    if (!passable(folder)) return false;
    if (folder === dirname(folder)) return true;
  }
}
