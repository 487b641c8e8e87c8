import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorCommand } from '../../src/cli/doctor-command.ts';
import { requireSafeServer } from '../../src/shadow/recipe/require-safe.ts';
import { UnsafeShadow } from '../../src/shadow/recipe/unsafe-shadow.ts';
import { openShadowServer } from '../../src/shadow/shadow-server.ts';
import { migration, silent, withBaseline } from '../shadow/bench.ts';
import { startOwnServer, type OwnServer } from '../support/own-server.ts';
import { withClient } from '../support/postgres.ts';
import { hearTerminal } from '../support/terminal.ts';

/** A server as somebody might hand it over: the admin is a superuser, and all doors are open. */
let server: OwnServer;
let adminUrl: string;
beforeAll(async () => {
  server = await startOwnServer({ temp_file_limit: '-1', fsync: 'on', max_connections: '30' });
  await asSuperuser(`CREATE ROLE keeper SUPERUSER LOGIN PASSWORD 'known'; CREATE DATABASE "Shop ""1""";`);
  const url = new URL(server.superuserUrl('postgres'));
  [url.username, url.password] = ['keeper', 'known'];
  adminUrl = url.href;
});
afterAll(() => server.close());

async function asSuperuser(sql: string): Promise<void> {
  await withClient(server.superuserUrl('postgres'), async (client) => {
    for (const statement of sql.split(';')) await client.query(statement);
  });
}

async function doctor(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const { terminal, out, err } = hearTerminal({});
  const status = await doctorCommand(args, terminal);
  return { status, out: out(), err: err() };
}

const mendings = (out: string): readonly string[] =>
  out
    .split('\n')
    .flatMap((line) => (line.startsWith('    ') && !/^ *(host|--)/.test(line) ? [line.trim()] : []));

describe('tidegate doctor', () => {
  it('finds an unsafe server unsafe, and its statements mend it, until plans run there', async () => {
    await expect(requireSafeServer(adminUrl, false)).rejects.toThrow(UnsafeShadow);
    expect((await requireSafeServer(adminUrl, true)).map(({ weight }) => weight)).toContain('unsafe');
    const first = await doctor('--shadow', adminUrl);
    expect([first.status, first.err]).toEqual([1, '']);
    expect(first.out).toContain('unsafe: The administrator keeper is a superuser');
    expect(first.out).toContain(`REVOKE CONNECT ON DATABASE "Shop ""1""" FROM PUBLIC;`);
    for (let round = 0; round < 3; round += 1) {
      const { out } = await doctor('--shadow', adminUrl);
      for (const statement of mendings(out)) await asSuperuser(statement.replace(/;$/, ''));
    }
    const mended = await doctor('--shadow', adminUrl);
    expect(mended.out).toContain('The server is fit for the SQL of pull requests.');
    expect(mended.status).toBe(0);
    await expect(requireSafeServer(adminUrl, false)).resolves.toBeDefined();
    const shadow = await openShadowServer({
      adminUrl,
      newId: randomUUID,
      now: () => new Date(),
      log: silent,
    });
    try {
      const step = await migration({ name: '1_a', up: 'CREATE TABLE a (id int);', down: 'DROP TABLE a;' });
      const trial = await withBaseline(shadow, [], (session) => session.step(step, 'up'));
      expect(trial.problem).toBeNull();
    } finally {
      await shadow.close();
    }
    expect((await doctor('--shadow', adminUrl)).status).toBe(0);
  });

  it('says where it cannot ask, without the password', async () => {
    const url = new URL(adminUrl);
    url.password = 'hunter2';
    const { status, out, err } = await doctor('--shadow', url.href);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('password authentication failed');
    expect(err).not.toContain('hunter2');
    url.port = '1';
    expect((await doctor('--shadow', url.href)).err).toContain('ECONNREFUSED');
  });

  it.each([
    [[]],
    [['--shadow']],
    [['--shadow', 'hunter2@db']],
    [['--shadow', 'https://ada:hunter2@db/']],
    [['--target', 'x']],
  ])('refuses %j, and repeats nothing of it', async (args) => {
    await expect(doctor(...args)).rejects.toThrow(/^(?!.*hunter2).*--shadow/);
  });

  it('explains itself', async () => {
    const { status, out } = await doctor('--help');
    expect([status, out.split('\n')[0]]).toEqual([0, expect.stringContaining('tidegate doctor')]);
  });
});
