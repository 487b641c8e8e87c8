import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.ts';
import { shadowDirectory } from '../../src/database/embedded/shadow-directory.ts';
import { withClient } from '../support/postgres.ts';

const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // Nobody reads the log of these tests.
}

let folder: string;
const running: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidegate-embedded-'));
  await chmod(folder, 0o711);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(durable: boolean, settings?: Record<string, string>): Promise<EmbeddedPostgres> {
  const directory = join(folder, 'server');
  const server = await startEmbeddedPostgres({ directory, durable, log, ...(settings ? { settings } : {}) });
  running.push(server);
  return server;
}

/** A zombie only waits for its parent to ask how it ended. */
function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
  return !/\) [ZX]/.test(stat);
}

/** Runs the child until its server is up, then kills it as hard as can be. */
async function startAndKill(durability: string): Promise<number> {
  const program = join(import.meta.dirname, 'embedded-child.ts');
  const child = spawn(process.execPath, [program, join(folder, 'server'), durability], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as readonly unknown[];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return Number(String(line).trim());
}

describe('an embedded PostgreSQL', () => {
  it('keeps what is durable from one run to the next, with the same password', async () => {
    const first = await start(true);
    await withClient(first.superuserUrl('postgres'), (client) => client.query('CREATE TABLE kept ()'));
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await start(true);
    await withClient(second.superuserUrl('postgres'), (client) => client.query('SELECT FROM kept'));
  });

  it('leaves nothing behind where it is not durable', async () => {
    const server = await start(false);
    const { rows } = await withClient(server.superuserUrl('postgres'), (client) =>
      client.query<{ fsync: string }>('SHOW fsync'),
    );
    expect(rows).toEqual([{ fsync: 'off' }]);
    await server.stop();
    await server.stop();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes settings', async () => {
    const server = await start(false, { max_connections: '23' });
    const { rows } = await withClient(server.superuserUrl('postgres'), (client) =>
      client.query<{ most: string }>(`SELECT current_setting('max_connections') AS most`),
    );
    expect(rows).toEqual([{ most: '23' }]);
  });

  it('bounds what each of its processes may take where it is not durable, and leaves a durable one alone', async () => {
    const careless = await start(false);
    const bounds = readFileSync(`/proc/${careless.pid}/limits`, 'utf8');
    expect(bounds).toMatch(new RegExp(`Max address space +${1024 ** 3} +${1024 ** 3} `));
    expect(readFileSync(`/proc/${careless.pid}/oom_score_adj`, 'utf8').trim()).toBe('500');
    await careless.stop();
    const durable = await start(true);
    expect(readFileSync(`/proc/${durable.pid}/limits`, 'utf8')).not.toContain(String(1024 ** 3));
  });

  it('lets nobody in without the password', async () => {
    const server = await start(false);
    const url = new URL(server.superuserUrl('postgres'));
    url.password = 'guessed';
    await expect(withClient(url.href, (client) => client.query('SELECT 1'))).rejects.toThrow(
      'password authentication failed',
    );
    const { mode } = await stat(join(folder, 'server', 'superuser-password'));
    expect(mode & 0o077).toBe(0);
  });

  it('says what is wrong, in the words of its own log, where it does not start', async () => {
    await expect(start(false, { shared_buffers: 'plenty' })).rejects.toThrow(
      /did not start[^]*invalid value for parameter "shared_buffers"/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('stops by itself, and removes its folder, where the process that uses it is killed', async () => {
    const pid = await startAndKill('careless');
    await vi.waitUntil(() => !isAlive(pid) && !existsSync(join(folder, 'server')), { timeout: 20_000 });
  });

  it('stops by itself, and keeps its data, where the process that uses it is killed', async () => {
    const pid = await startAndKill('durable');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
    await start(true);
  });

  it('is stopped at the next start where it is still there', async () => {
    const first = await start(true);
    const second = await start(true);
    expect(isAlive(first.pid)).toBe(false);
    expect(isAlive(second.pid)).toBe(true);
  });

  it('runs elsewhere, or says so, where its user cannot get to the folder', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const directory = join(closed, 'server');
    const elsewhere = await startEmbeddedPostgres({ directory, durable: false, log });
    await withClient(elsewhere.superuserUrl('postgres'), (client) => client.query('SELECT 1'));
    await elsewhere.stop();
    expect(await readdir(closed)).toEqual([]);
    if (process.getuid?.() !== 0) return;
    await expect(startEmbeddedPostgres({ directory, durable: true, log })).rejects.toThrow(
      `${closed} is closed to others`,
    );
  });
});

describe("the folder for a shadow server's data", () => {
  it('is the same each time, and another for another fallback', async () => {
    const [one, again, other] = await Promise.all(
      ['one', 'one', 'other'].map((name) => shadowDirectory(join(folder, name))),
    );
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    for (const directory of [one, other]) {
      if (directory?.startsWith('/dev/shm/')) await rm(directory, { recursive: true, force: true });
    }
  });
});
