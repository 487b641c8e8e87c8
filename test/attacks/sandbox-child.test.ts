import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { confine, findWall, sayWall, works } from '../../src/migrations/sandbox/walls.ts';
import { limits } from '../../src/migrations/limits.ts';
import { whileAnswering } from '../support/answering.ts';
import { withProber } from '../support/prober.ts';

const root = process.getuid?.() === 0;

describe('code that has broken out of QuickJS', () => {
  it('has nothing in its environment, reads its own folder alone, and can start nothing', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'tidegate-outside-'));
    onTestFinished(() => rm(outside, { recursive: true }));
    await writeFile(join(outside, 'secret'), 'canary');
    const code = `answer({
      environment: Object.keys(process.env),
      uid: process.getuid?.(),
      own: attempt(() => readFileSync(new URL('note.txt', import.meta.url))),
      read: attempt(() => readFileSync('/etc/passwd')),
      readAnother: attempt(() => readFileSync(${JSON.stringify(join(outside, 'secret'))})),
      readOurs: attempt(() => readFileSync('/proc/' + process.ppid + '/environ')),
      write: attempt(() => writeFileSync(new URL('note.txt', import.meta.url), 'x')),
      spawn: attempt(() => spawnSync('/bin/true').status),
      worker: attempt(() => new Worker('1', { eval: true })),
      code: attempt(() => new Function('return 1')()),
      signal: attempt(() => process.kill(process.ppid, 0)),
    });`;
    const reply = await withProber(code, (child) => child.do({}, { deadlineMs: 5000 }));
    expect(reply).toEqual({
      kind: 'answered',
      value: {
        environment: ['TZ'],
        uid: root ? 65534 : process.getuid?.(),
        own: 'own',
        read: 'ERR_ACCESS_DENIED',
        readAnother: 'ERR_ACCESS_DENIED',
        readOurs: 'ERR_ACCESS_DENIED',
        write: 'ERR_ACCESS_DENIED',
        spawn: 'ERR_ACCESS_DENIED',
        worker: 'ERR_ACCESS_DENIED',
        code: 'EvalError',
        signal: root ? 'EPERM' : 'true',
      },
    });
  });

  it('reaches no network, not even this machine itself, or the plan says that it could', async () => {
    let reached = 0;
    const canary = createServer((socket) => {
      reached += 1;
      socket.destroy();
    });
    await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done));
    onTestFinished(() => void canary.close());
    const { port } = canary.address() as AddressInfo;
    const code = `connect(${port}, '127.0.0.1').once('connect', () => answer('reached')).once('error', ({ code }) => answer(code));`;
    const wall = await findWall();
    await withProber(code, async (child) => {
      const reply = await child.do({}, { deadlineMs: 5000 });
      if (wall === 'none') expect(child.note).toContain('could reach the network');
      else expect([reply, reached]).toEqual([{ kind: 'answered', value: 'ENETUNREACH' }, 0]);
    });
  });

  it.each([
    ['buffers outside of the heap', 'const a = []; for (;;) a.push(Buffer.alloc(1 << 24, 1));'],
    ['the heap', 'const a = []; for (;;) a.push(new Array(1e6).fill({}));'],
    [
      'WebAssembly',
      'const a = []; for (;;) { const m = new WebAssembly.Memory({ initial: 1024 }); new Uint8Array(m.buffer).fill(1); a.push(m); }',
    ],
  ])('takes no more memory than it is given, by %s', async (_, code) => {
    const reply = await whileAnswering(() =>
      withProber(code, (child) => child.do({}, { deadlineMs: 20_000 })),
    );
    expect(reply).toEqual({ kind: 'stopped', why: 'ended' });
  });

  it.each([
    [
      'one line without end',
      `for (;;) if (!process.stdout.write('x'.repeat(1 << 20))) await new Promise((go) => process.stdout.once('drain', go));`,
      'ended',
    ],
    [
      'questions without end',
      `const ask = JSON.stringify({ kind: 'ask', sql: 'SELECT 1' }) + '\\n'; process.stdin.resume(); for (;;) if (!process.stdout.write(ask.repeat(1000))) await new Promise((go) => process.stdout.once('drain', go));`,
      'ended',
    ],
    [
      'empty lines',
      `for (;;) if (!process.stdout.write('\\n'.repeat(1e5))) await new Promise((go) => process.stdout.once('drain', go));`,
      'nonsense',
    ],
    ['words of no protocol', `say({ kind: 'rows', rows: [] });`, 'nonsense'],
    ['a reply that is no JSON', `process.stdout.write('{"kind":"answer","value":\\n');`, 'nonsense'],
    ['its own end', `process.exit(0);`, 'ended'],
    ['silence', `setInterval(() => undefined, 1000);`, 'deadline'],
    ['a loop', `for (;;);`, 'deadline'],
  ])('is stopped where it answers with %s', async (_, code, why) => {
    const before = process.memoryUsage().rss;
    let asked = 0;
    const ask = (): Promise<readonly unknown[]> => {
      asked += 1;
      return Promise.resolve([]);
    };
    const reply = await whileAnswering(() =>
      withProber(code, (child) => child.do({}, { deadlineMs: 1500, ask })),
    );
    expect(reply).toEqual({ kind: 'stopped', why });
    expect(asked).toBeLessThanOrEqual(limits.queries + 1);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 ** 2);
  });

  it('cannot answer twice: what it says after its answer is not read as the next', async () => {
    const code = `process.stdout.write(['first', 'forged for the next one'].map((value) => JSON.stringify({ kind: 'answer', value }) + '\\n').join(''));`;
    await withProber(code, async (child) => {
      expect(await child.do({}, { deadlineMs: 1500 })).toEqual({ kind: 'answered', value: 'first' });
      expect(await child.do({}, { deadlineMs: 1500 })).toEqual({ kind: 'stopped', why: 'nonsense' });
    });
  });
});

describe('the walls around the child', () => {
  it('are said where the machine does not allow them, and are not otherwise', () => {
    expect(sayWall('by-user')).toBeNull();
    expect(sayWall('none')).toContain('unshare -n');
    const bare = confine('none', process.execPath, ['x'], '/etc/hostname');
    expect(bare.args).not.toContain('unshare');
    expect(bare.note).toContain('could reach the network');
  });

  it.each(root ? (['by-root', 'by-user'] as const) : (['by-user'] as const))(
    'leave no network and no right of ours, %s',
    async (kind) => {
      if (!(await works(kind))) {
        expect(await findWall()).not.toBe(kind);
        return;
      }
      const code = `console.log(JSON.stringify([process.getuid(), Object.keys(process.env), require('os').networkInterfaces(), process.permission === undefined]))`;
      const { command, args, account, note } = confine(kind, process.execPath, ['-e', code], '/etc/hostname');
      const { stdout } = await promisify(execFile)(command, args, { cwd: '/', env: {}, ...account });
      expect(JSON.parse(stdout)).toEqual([root ? 65534 : process.getuid?.(), ['TZ'], {}, true]);
      expect(note).toBeNull();
    },
  );

  it('hold for a child of an app that is killed: it ends with it, in an endless loop too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tidegate-killed-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'child.mjs'), `console.log('{"kind":"ready"}'); for (;;);`);
    const source = (name: string): string =>
      JSON.stringify(new URL(`../../src/migrations/sandbox/${name}.ts`, import.meta.url));
    const app = `const { startChild } = await import(${source('child-process')});
      const { findWall } = await import(${source('walls')});
      const folder = { path: ${JSON.stringify(folder)}, entry: ${JSON.stringify(join(folder, 'child.mjs'))} };
      await startChild(folder, await findWall());
      console.log('up'); setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', app], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((up) => parent.stdout.once('data', up));
    expect(await processesNaming(folder)).not.toEqual([]);
    const gone = new Promise((closed) => parent.once('exit', closed));
    parent.kill('SIGKILL');
    await gone;
    await expect.poll(() => processesNaming(folder), { timeout: 5000 }).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });
});

/** Ids of running processes whose command line names `text`, the parent of this test's making left out. */
async function processesNaming(text: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
      return line.includes(text) && !line.includes('--input-type=module') ? [id] : [];
    }),
  );
  return found.flat();
}
