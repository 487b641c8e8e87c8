import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { markFolder, sweepFolders } from '../../src/migrations/sandbox/leftovers.ts';

/** The id of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

it('removes the folders of sandboxes whose process is gone, by name, mark and age, and nothing else', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tidegate-sweep-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const [dead, now] = [await deadProcess(), Date.now()];
  const old = new Date(now - 3 * 60 * 60_000);
  const make = async (name: string, processId: number | null, at: Date): Promise<void> => {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'child.mjs'), '');
    if (processId !== null) await markFolder(join(root, name), processId);
    await utimes(join(root, name), at, at);
  };
  await make('tidegate-sandbox-left', dead, old);
  await make('tidegate-sandbox-young', dead, new Date(now));
  await make('tidegate-sandbox-running', process.pid, old);
  await make('tidegate-sandbox-unmarked', null, old);
  await make('somebody-else', dead, old);
  await symlink(join(root, 'somebody-else'), join(root, 'tidegate-sandbox-link'));
  await sweepFolders(root, now);
  expect((await readdir(root)).toSorted()).toEqual([
    'somebody-else',
    'tidegate-sandbox-link',
    'tidegate-sandbox-running',
    'tidegate-sandbox-unmarked',
    'tidegate-sandbox-young',
  ]);
  expect(await readdir(join(root, 'somebody-else'))).toContain('child.mjs');
});
