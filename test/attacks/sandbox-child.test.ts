import { mkdtemp, realpath, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChild } from '../../src/migrations/sandbox/child-process.ts';

/** What code finds that has broken out of QuickJS and runs in the child itself. */
const prober = `
import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
const attempt = (work) => { try { return String(work()) } catch (error) { return error.code ?? error.name } };
process.stdout.write('{"kind":"ready"}\\n');
process.stdin.once('data', () => {
  const value = {
    environment: Object.keys(process.env),
    uid: process.getuid?.(),
    own: attempt(() => readFileSync(new URL('note.txt', import.meta.url))),
    read: attempt(() => readFileSync('/etc/passwd')),
    readAnother: attempt(() => readFileSync(OUTSIDE)),
    write: attempt(() => writeFileSync(new URL('note.txt', import.meta.url), 'x')),
    spawn: attempt(() => spawnSync('/bin/true').status),
    worker: attempt(() => new Worker('1', { eval: true })),
    code: attempt(() => new Function('return 1')()),
    signal: attempt(() => process.kill(process.ppid, 0)),
  };
  process.stdout.write(JSON.stringify({ kind: 'answer', value }) + '\\n');
});
`;

describe('the child around the sandbox', () => {
  it('has nothing in its environment, reads its own folder alone, and can start nothing', async () => {
    const path = await realpath(await mkdtemp(join(tmpdir(), 'tidegate-prober-')));
    const outside = await mkdtemp(join(tmpdir(), 'tidegate-outside-'));
    try {
      await writeFile(join(outside, 'secret'), 'canary');
      await writeFile(join(path, 'note.txt'), 'own');
      const program = prober.replace('OUTSIDE', JSON.stringify(join(outside, 'secret')));
      await writeFile(join(path, 'child.mjs'), program);
      await chmod(path, 0o755);
      const child = await startChild({
        path,
        entry: join(path, 'child.mjs'),
        remove: () => Promise.resolve(),
      });
      const reply = await child.do({}, { deadlineMs: 5000 });
      child.end();
      const root = process.getuid?.() === 0;
      expect(reply).toEqual({
        kind: 'answered',
        value: {
          environment: ['TZ'],
          uid: root ? 65534 : process.getuid?.(),
          own: 'own',
          read: 'ERR_ACCESS_DENIED',
          readAnother: 'ERR_ACCESS_DENIED',
          write: 'ERR_ACCESS_DENIED',
          spawn: 'ERR_ACCESS_DENIED',
          worker: 'ERR_ACCESS_DENIED',
          code: 'EvalError',
          signal: root ? 'EPERM' : 'true',
        },
      });
    } finally {
      await rm(path, { recursive: true });
      await rm(outside, { recursive: true });
    }
  });
});
