import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { doctorCommand } from '../../src/cli/doctor-command.ts';
import { requireSafeServer } from '../../src/shadow/recipe/require-safe.ts';
import { UnsafeShadow } from '../../src/shadow/recipe/unsafe-shadow.ts';
import { openShadowServer, type ShadowServer } from '../../src/shadow/shadow-server.ts';
import { migration, silent, withBaseline } from '../shadow/bench.ts';
import { startOwnServer, type OwnServer } from '../support/own-server.ts';
import { withClient } from '../support/postgres.ts';
import { hearTerminal } from '../support/terminal.ts';

/** A server that somebody else set up well, whose administrator may make no extension that is not trusted. */
let server: OwnServer;
let adminUrl: string;
beforeAll(async () => {
  server = await startOwnServer();
  await asSuperuser('postgres', [
    `CREATE ROLE keeper LOGIN CREATEDB CREATEROLE PASSWORD 'known'`,
    'GRANT pg_signal_backend TO keeper',
    'REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC',
    'GRANT CONNECT ON DATABASE postgres TO keeper',
    'GRANT SET ON PARAMETER temp_file_limit TO keeper',
  ]);
  const url = new URL(server.superuserUrl('postgres'));
  [url.username, url.password] = ['keeper', 'known'];
  adminUrl = url.href;
});
afterAll(() => server.close());

async function asSuperuser(database: string, statements: readonly string[]): Promise<void> {
  await withClient(server.superuserUrl(database), async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

async function doctor(list: string): Promise<{ readonly status: number; readonly out: string }> {
  const { terminal, all } = hearTerminal({});
  const status = await doctorCommand(['--shadow', adminUrl, '--extensions', list], terminal);
  return { status, out: all() };
}

/** Runs the statements about extensions that were printed, as psql would. */
async function mend(out: string): Promise<void> {
  const paragraphs = out.split('\n\n').filter((text) => text.includes('tidegate_extensions'));
  const lines = paragraphs.flatMap((text) => text.split('\n').filter((line) => line.startsWith('    ')));
  let database = 'postgres';
  for (const line of lines.map((text) => text.trim())) {
    if (line.startsWith('\\connect ')) database = line.slice('\\connect '.length);
    else await asSuperuser(database, [line]);
  }
}

async function open(extensions: readonly string[]): Promise<ShadowServer> {
  const options = { newId: randomUUID, now: () => new Date(), log: silent, spareClones: 0 };
  const shadow = await openShadowServer({ adminUrl, extensions, ...options });
  onTestFinished(() => shadow.close());
  return shadow;
}

const up = 'CREATE EXTENSION bloom; CREATE TABLE uses (a int); CREATE INDEX ON uses USING bloom (a);';

describe('extensions on a shadow server of somebody else', () => {
  it('are said to be missing, and are found by plans once the statements for them have run', async () => {
    const step = await migration({ name: '1_bloom', up });
    const before = await withBaseline(await open(['bloom']), [], (session) => session.step(step, 'up'));
    expect(before.statements[0]?.notTried).toContain('needs a privilege that it does not give');

    const first = await doctor('bloom, postgis');
    expect(first.status).toBe(0);
    expect(first.out).toContain('shadow.extensions lists postgis, and this server does not have it');
    expect(first.out).toContain('Plans find bloom only where a superuser has made that');
    await mend(first.out);
    const second = await doctor('bloom');
    expect(second.out).not.toContain('bloom');
    expect(second.status).toBe(0);

    const after = await withBaseline(await open(['bloom']), [], (session) => session.step(step, 'up'));
    expect([after.problem, after.statements.map(({ notTried }) => notTried)]).toEqual([
      null,
      [undefined, undefined, undefined],
    ]);
    await expect(requireSafeServer(adminUrl, false, ['bloom'])).resolves.toBeDefined();
  });

  it('make the server unsafe where there are others than those listed, until those are taken away', async () => {
    await asSuperuser('tidegate_extensions', ['CREATE EXTENSION dblink']);
    await expect(requireSafeServer(adminUrl, false, ['bloom'])).rejects.toThrow(UnsafeShadow);
    const { status, out } = await doctor('bloom');
    expect([status, out]).toEqual([1, expect.stringContaining('has dblink, which shadow.extensions does')]);
    await mend(out);
    expect((await doctor('bloom')).status).toBe(0);
  });

  it('are not looked for in a database that the administrator may not enter, and that is said', async () => {
    await asSuperuser('postgres', ['REVOKE CONNECT ON DATABASE tidegate_extensions FROM keeper']);
    const shadow = await open(['bloom']);
    expect([shadow.ground.database, shadow.ground.extensions]).toEqual(['template0', []]);
    const { out } = await doctor('bloom');
    expect(out).toContain('GRANT CONNECT ON DATABASE tidegate_extensions TO "keeper";');
    await mend(out);
    expect((await open(['bloom'])).ground.database).toBe('tidegate_extensions');
  });

  it.each([
    ['dblink', /--extensions: expected an extension that keeps to its database \(this one opens connections/],
    ['bloom,PostGIS', /--extensions: expected the name of an extension .*, found "PostGIS"\./],
    ['', /--extensions: expected the name of an extension/],
  ])('are refused by the doctor as by tidegate.yml: %j', async (list, message) => {
    await expect(doctor(list)).rejects.toThrow(message);
  });
});
