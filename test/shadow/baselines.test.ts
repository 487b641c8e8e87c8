import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { splitStatements } from '../../src/migrations/split.ts';
import { ShadowBaselineError, type ShadowSession } from '../../src/shadow/session.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { databaseUrl, withClient } from '../support/postgres.ts';
import { migration, openTestShadow, withBaseline } from './bench.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

async function asSuperuser(sql: string): Promise<readonly Record<string, unknown>[]> {
  return withClient(databaseUrl('postgres'), async (client) => {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  });
}

describe('a baseline', () => {
  it('is built once, however many plans ask for it at the same time, and then copied', async () => {
    const own = [1, 2].map((at) => ({ name: `${at}_own`, up: `CREATE TABLE "t ${randomUUID()}" ();` }));
    const mark = randomUUID().slice(0, 8);
    const marked = await openTestShadow({ newId: () => `${mark}${randomUUID()}` });
    const ask = async (): Promise<readonly string[]> => {
      const progress: string[] = [];
      const onProgress = (done: number, total: number): void => void progress.push(`${done}/${total}`);
      await withBaseline(marked, own, () => Promise.resolve(), { onProgress });
      return progress;
    };
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 2, 3].map(() => ['1/2', '2/2']));
    expect(await ask()).toEqual([]);
    await marked.close();
    const built = await asSuperuser(`SELECT FROM pg_database WHERE datname ~ '_base_[0-9]+_${mark}'`);
    expect(built).toHaveLength(1);
  });

  it('tells a plan that comes while it is being built how far it is from there on', async () => {
    const own = [1, 2, 3].map((at) => ({ name: `${at}_own`, up: `CREATE TABLE "t ${randomUUID()}" ();` }));
    const late: string[] = [];
    const second: Promise<void>[] = [];
    const onProgress = (): void => {
      if (second.length > 0) return;
      const lateProgress = (done: number, total: number): void => void late.push(`${done}/${total}`);
      second.push(withBaseline(server, own, () => Promise.resolve(), { onProgress: lateProgress }));
    };
    await withBaseline(server, own, () => Promise.resolve(), { onProgress });
    await Promise.all(second);
    expect(late.at(-1)).toBe('3/3');
  });

  it('is a template that nobody may enter', async () => {
    const states = await asSuperuser(
      `SELECT DISTINCT datistemplate, datallowconn FROM pg_database
        WHERE shobj_description(oid, 'pg_database') LIKE 'tidegate shadow baseline %'`,
    );
    expect(states).toEqual([{ datistemplate: true, datallowconn: false }]);
  });

  it('names the migration that does not replay', async () => {
    const baseline = [
      { name: '1_fine', up: 'CREATE TABLE a ();' },
      { name: '2_broken', up: 'ALTER TABLE b ADD c int;' },
    ];
    const failure = withBaseline(server, baseline, () => Promise.resolve());
    await expect(failure).rejects.toThrow(ShadowBaselineError);
    await expect(failure).rejects.toMatchObject({
      migration: '2_broken',
      message: 'ERROR: relation "b" does not exist (SQLSTATE 42P01)',
    });
  });

  it("holds node-pg-migrate's own table, filled, and keeps it out of the schema", async () => {
    const baseline = [
      { name: '1_a', up: 'CREATE SCHEMA app; CREATE TABLE app.a ();' },
      { name: '2_b', up: 'CREATE TABLE app.b ();' },
    ];
    const settings = { ...defaultMigrationSettings, schema: 'appHistory', decamelize: true };
    await withBaseline(
      server,
      baseline,
      async (session) => {
        const rows = await session.ask('SELECT name FROM app_history.pgmigrations ORDER BY run_on, id');
        expect(rows).toEqual([{ name: '1_a' }, { name: '2_b' }]);
        const change = await migration({
          name: '3_c',
          up: 'ALTER TABLE app_history.pgmigrations ADD c int;',
        });
        await session.step(change, 'up');
        expect(await session.schemaDiff()).toEqual([]);
      },
      { settings },
    );
  });

  it('has roles that its history creates, or the target has, as roles without login', async () => {
    const role = `app_${randomUUID().slice(0, 8)}`;
    const baseline = [
      { name: '1_role', up: `CREATE ROLE ${role} LOGIN; CREATE TABLE a (); ALTER TABLE a OWNER TO ${role};` },
      {
        name: '2_guarded',
        up: `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}_2') THEN
               CREATE ROLE ${role}_2; END IF; END $$; GRANT SELECT ON a TO ${role}_2;`,
      },
    ];
    const change = await migration({
      name: '3_grant',
      up: `GRANT SELECT ON a TO ${role}_3; ALTER TABLE a ADD b int;`,
    });
    await withBaseline(
      server,
      baseline,
      async (session) => {
        expect((await session.step(change, 'up')).problem).toBeNull();
        const diff = await session.schemaDiff();
        expect(diff.map(({ kind, after }) => [kind, after])).toEqual([
          ['grants', `GRANT SELECT ON public.a TO ${role}_2;\nGRANT SELECT ON public.a TO ${role}_3;`],
          ['table', `CREATE TABLE public.a (\n  b integer\n);\nALTER TABLE public.a OWNER TO ${role};`],
        ]);
      },
      { roles: [`${role}_3`] },
    );
    expect(await asSuperuser(`SELECT rolcanlogin FROM pg_roles WHERE rolname = '${role}'`)).toEqual([
      { rolcanlogin: false },
    ]);
  });

  it('never opens a role to migrations that stood on the server before', async () => {
    const role = `own_${randomUUID().slice(0, 8)}`;
    await asSuperuser(`CREATE ROLE ${role} SUPERUSER`);
    try {
      const change = await migration({ name: '1_take', up: `SET ROLE ${role};` });
      const trial = await withBaseline(server, [], (session) => session.step(change, 'up'), {
        roles: [role],
      });
      expect(trial.problem?.message).toContain(`permission denied to set role "${role}"`);
    } finally {
      await asSuperuser(`DROP ROLE ${role}`);
    }
  });
});

describe('a schema to start from', () => {
  const standsFor = ['1_old', '2_older'];

  /** With how often its statements were asked for. */
  function startWith(sql: string) {
    const start = {
      label: 'schema.sql',
      digest: createHash('sha256').update(sql).digest('hex'),
      standsFor,
      asked: 0,
      load: () => {
        start.asked += 1;
        return splitStatements(sql, 1);
      },
    };
    return start;
  }

  const names = (session: ShadowSession) =>
    session.ask('SELECT name FROM public.pgmigrations ORDER BY run_on, id');

  it('is run once for its content, and what comes after it goes on from there', async () => {
    const table = `a_${randomUUID().slice(0, 8)}`;
    const start = startWith(`CREATE TABLE ${table} (id int); CREATE TABLE public.pgmigrations
      (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
      INSERT INTO public.pgmigrations (name, run_on) VALUES ('1_old', now());`);
    const next = { name: '3_next', up: `ALTER TABLE ${table} ADD b int;` };
    const last = { name: '4_last', up: `ALTER TABLE ${table} ADD c int;` };
    const seen: unknown[] = [];
    for (const texts of [[], [next], [next, last], [next, last]]) {
      const replayed: number[] = [];
      const options = { start, onProgress: (done: number) => void replayed.push(done) };
      await withBaseline(
        server,
        texts,
        async (session) => seen.push(replayed, await names(session)),
        options,
      );
    }
    const rows = [...standsFor, '3_next', '4_last'].map((name) => ({ name }));
    expect(seen).toEqual([[], rows.slice(0, 2), [1], rows.slice(0, 3), [2], rows, [], rows]);
    expect(start.asked).toBe(1);
    const other = startWith(`CREATE TABLE ${table} (id int, more int);`);
    await withBaseline(
      server,
      [],
      async (session) => {
        expect(await session.ask(`SELECT more FROM ${table}`)).toEqual([]);
      },
      { start: other },
    );
    expect(other.asked).toBe(1);
  });

  it('leaves out whose things are and what the server lacks, and nothing else', async () => {
    const sql = `SET nobody_knows_it = 1; CREATE SCHEMA public; CREATE EXTENSION nowhere; COMMENT ON EXTENSION nowhere IS 'x';
      CREATE TABLE a (id int); ALTER TABLE a OWNER TO postgres; GRANT ALL ON a TO nobody_here; CREATE PUBLICATION p FOR ALL TABLES;`;
    await withBaseline(
      server,
      [],
      async (session) => {
        expect(await session.ask('SELECT id FROM a')).toEqual([]);
      },
      { start: startWith(sql) },
    );
    const broken = withBaseline(server, [], () => Promise.resolve(), {
      start: startWith('CREATE TABLE a (id int); ALTER TABLE a ADD b gone; CREATE TABLE c ();'),
    });
    await expect(broken).rejects.toMatchObject({
      name: 'ShadowBaselineError',
      migration: 'schema.sql',
      message: 'ERROR: type "gone" does not exist (SQLSTATE 42704)\nAT: ALTER TABLE a ADD b gone (column 21)',
    });
  });

  it('may do no more than a migration', async () => {
    const start = startWith(`COPY (SELECT 1) TO PROGRAM 'true';`);
    const hostile = withBaseline(server, [], () => Promise.resolve(), { start });
    await expect(hostile).rejects.toThrow(/COPY to or from an external program \(SQLSTATE 42501\)/);
  });
});

describe('the sweep at start', () => {
  it('drops what is old, named like ours and marked as ours, and nothing else', async () => {
    const [old, young] = [Math.floor(Date.now() / 1000) - 3 * 3600, Math.floor(Date.now() / 1000)];
    const chance = randomUUID().replaceAll('-', '').slice(0, 8);
    const names = {
      leftover: `tidegate_shadow_clone_${old}_${chance}`,
      fresh: `tidegate_shadow_clone_${young}_${chance}`,
      unmarked: `tidegate_shadow_clone_${old}_${chance}x`,
      foreign: `tidegate_shadow_${chance}`,
    };
    for (const name of Object.values(names))
      await asSuperuser(`CREATE DATABASE ${name} OWNER tidegate_shadow`);
    for (const name of [names.leftover, names.fresh, names.foreign]) {
      await asSuperuser(`COMMENT ON DATABASE ${name} IS 'tidegate shadow clone'`);
    }
    try {
      await (await openTestShadow()).close();
      const left = await asSuperuser(
        `SELECT datname FROM pg_database WHERE datname LIKE '%${chance}%' ORDER BY 1`,
      );
      expect(left.map(({ datname }) => datname)).toEqual(
        [names.fresh, names.unmarked, names.foreign].toSorted(),
      );
    } finally {
      for (const name of Object.values(names)) await asSuperuser(`DROP DATABASE IF EXISTS ${name}`);
    }
  });
});

describe('a question of a migration', () => {
  it.each([
    ['more than 1,000 rows', 'SELECT generate_series(1, 1001)', 'more than 1000 rows'],
    ['more than 1 MB', `SELECT repeat('x', 2000000)`, 'more than 1 MB'],
    ['a wrong name', 'SELECT nothing FROM nowhere', 'relation "nowhere" does not exist'],
    ['two statements', 'SELECT 1; SELECT 2', 'cannot insert multiple commands'],
    ['a change', 'CREATE TABLE a ()', 'cannot execute CREATE TABLE in a read-only transaction'],
  ])('is refused for %s', async (_what, sql, message) => {
    await withBaseline(server, [], async (session) => {
      await expect(session.ask(sql)).rejects.toThrow(message);
      expect(await session.ask('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  it('cannot be asked once the plan was called off', async () => {
    const called = withBaseline(server, [], () => Promise.resolve(), { signal: AbortSignal.abort() });
    await expect(called).rejects.toThrow('aborted');
  });
});
