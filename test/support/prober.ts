import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildHandle, startChild } from '../../src/migrations/sandbox/child-process.ts';
import { findWall } from '../../src/migrations/sandbox/walls.ts';

const preface = `
import fs, { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
const attempt = (work) => { try { return String(work()) } catch (error) { return error.code ?? error.name } };
const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
const answer = (value) => say({ kind: 'answer', value });
say({ kind: 'ready' });
process.stdin.once('data', async () => {
`;

/** Starts a sandbox child that runs `code` once it is told a task: what code does that has broken out of QuickJS. */
export async function withProber<T>(code: string, work: (child: ChildHandle) => Promise<T>): Promise<T> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'tidegate-prober-')));
  try {
    await writeFile(join(path, 'note.txt'), 'own');
    await writeFile(join(path, 'child.mjs'), `${preface}${code}\n});\n`);
    await chmod(path, 0o755);
    const folder = { path, entry: join(path, 'child.mjs'), remove: () => Promise.resolve() };
    const child = await startChild(folder, await findWall());
    try {
      return await work(child);
    } finally {
      child.end();
    }
  } finally {
    await rm(path, { recursive: true });
  }
}
