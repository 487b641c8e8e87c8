import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The account that owns nothing on common systems (`nobody`). */
export const nobody = 65534;

/**
 * Spawn options that leave root's account, where the app runs as root and that account can reach `program`;
 * else none.
 */
export function accountFor(program: string): { uid: number; gid: number } | Record<string, never> {
  return process.getuid?.() === 0 && isReachable(program) ? { uid: nobody, gid: nobody } : {};
}

/** What to say where the app is root and its children cannot be anybody else; null where all is well. */
export function sayAccount(program: string): string | null {
  if (process.getuid?.() !== 0 || isReachable(program)) return null;
  return `Migrations were compiled under root's account, since no other one can run ${program}: install Node where everybody can, or run Tidegate as another user.`;
}

/** Whether anybody may run a program, or read a file: by its own mode and that of each folder above it. */
export function isReachable(path: string, wanted: 'run' | 'read' = 'run'): boolean {
  const allows = (at: string, bit: number): boolean => (statSync(at).mode & bit) !== 0;
  if (!allows(path, wanted === 'run' ? 0o001 : 0o004)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!allows(folder, 0o001)) return false;
    if (folder === dirname(folder)) return true;
  }
}
