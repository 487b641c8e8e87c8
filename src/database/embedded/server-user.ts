import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The user that PostgreSQL runs as, where that is not the one we run as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

// PostgreSQL refuses to run as root, and initdb refuses a uid without an entry in /etc/passwd. `postgres` is
// left out on purpose: a database of the machine's own may run under it.
const candidates = ['nobody', 'daemon', 'bin'];

/** Null where this process is not root, and PostgreSQL can simply run as it. Throws where no user is fit. */
export async function serverUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of candidates) {
    const [, , uid, gid] = accounts.find(([login]) => login === name) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    `PostgreSQL refuses to run as root; expected one of the users ${candidates.join(', ')} in /etc/passwd ` +
      'to run it as, but found none. Start Tidegate as an ordinary user.',
  );
}

/** Whether any user of the machine can read `path`: everyone may pass each folder above it. */
export async function canReach(path: string): Promise<boolean> {
  try {
    const { mode } = await stat(path);
    return (mode & 0o004) !== 0 && (await foldersAbove(path).then((all) => all.every(isOpen)));
  } catch {
    return false;
  }
}

/** The first folder above `path` that other users may not pass; null where there is none. */
export async function firstClosedFolder(path: string): Promise<string | null> {
  return (await foldersAbove(path)).find((folder) => !isOpen(folder))?.path ?? null;
}

interface Folder {
  readonly path: string;
  readonly mode: number;
}

function isOpen(folder: Folder): boolean {
  return (folder.mode & 0o001) !== 0;
}

async function foldersAbove(path: string): Promise<readonly Folder[]> {
  const parent = dirname(resolve(path));
  const here = { path: parent, mode: (await stat(parent)).mode };
  return parent === dirname(parent) ? [here] : [...(await foldersAbove(parent)), here];
}
