import { lstat, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The beginning of the name of a child's folder. */
export const folderPrefix = 'tidegate-sandbox-';

const markName = '.tidegate-sandbox';

/** A run ends long before. */
const staleMs = 2 * 60 * 60_000;

/** Says in a folder whose it is: without that it is never removed by a sweep. */
export async function markFolder(path: string, processId: number): Promise<void> {
  await writeFile(join(path, markName), `${String(processId)}\n`, { mode: 0o600 });
}

/** Removes the folders of runs that were killed: our name, our mark, our account, old, and their process gone. */
export async function sweepFolders(below: string, now: number): Promise<void> {
  const names = (await readdir(below).catch(() => [])).filter((name) => name.startsWith(folderPrefix));
  for (const name of names) {
    const path = join(below, name);
    if (await isLeftover(path, now)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isLeftover(path: string, now: number): Promise<boolean> {
  try {
    const folder = await lstat(path);
    const isOurs = folder.isDirectory() && folder.uid === process.getuid?.();
    if (!isOurs || now - folder.mtimeMs < staleMs) return false;
    const mark = await lstat(join(path, markName));
    const processId = Number(await readFile(join(path, markName), 'utf8'));
    return mark.isFile() && Number.isSafeInteger(processId) && processId > 0 && !isRunning(processId);
  } catch {
    return false;
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
