import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompiledMigration } from '../../src/domain/migration.ts';
import { migration, withBaseline } from '../shadow/bench.ts';
import { whileAnswering } from '../support/answering.ts';
import { startOwnServer, type OwnServer } from '../support/own-server.ts';
import { withClient } from '../support/postgres.ts';
import { asSuperuser, loginAs, nameOf, openScene, type ShadowScene } from '../support/shadow-scene.ts';

/** A server of its own: what takes all of it takes it from nobody's tests. */
let own: OwnServer;
let scene: ShadowScene;
let superuserUrl: string;
beforeAll(async () => {
  own = await startOwnServer();
  superuserUrl = own.superuserUrl('postgres');
  scene = await openScene(superuserUrl);
});
afterAll(async () => {
  await scene.close();
  await own.close();
});

async function startedAt(): Promise<string> {
  const [row] = await asSuperuser<{ at: string }>(
    'SELECT pg_postmaster_start_time()::text AS at',
    superuserUrl,
  );
  return row?.at ?? '';
}

/** A migration whose one statement is this text whole, as no compiler would leave it. */
async function unsplit(sql: string): Promise<CompiledMigration> {
  const made = await migration({ name: '1_hostile', up: 'SELECT 1' });
  return { ...made, up: { transaction: true, statements: [{ sql, line: 1 }] } };
}

describe('a migration that takes time', () => {
  it.each([
    [
      'swallows every cancel',
      `DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(0.01); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;`,
    ],
    ['never comes back', `DO $$ BEGIN LOOP END LOOP; END $$;`],
    ['sleeps after switching its timeout off', `SET statement_timeout = 0; SELECT pg_sleep(3600);`],
    [
      'recurses without end',
      `SELECT count(*) FROM (WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT 1 FROM r) SELECT a FROM r) AS x;`,
    ],
    [
      'matches a regular expression without end',
      `SELECT repeat('a', 5000 + n) || 'b' ~ '^(a*)(a*)(a*)\\1\\2\\3c$' FROM generate_series(1, 100000) AS n;`,
    ],
  ])('is ended by the host where it %s', async (_does, sql) => {
    const trial = await scene.attack(sql, { limits: { statementMs: 400 } });
    expect(trial.problem).toMatchObject({
      code: 'dry-run-up',
      message: 'Running it failed on the shadow: it still ran after 0.4 s, and was ended.',
    });
  });

  it('is ended where it puts many statements into one message', async () => {
    const text = `SET statement_timeout = 0; SELECT 1; SELECT pg_sleep(3600); SELECT 2;`;
    const trial = await scene.attack(await unsplit(text), { limits: { statementMs: 300 } });
    expect(trial.problem?.message).toContain('it still ran after 0.3 s, and was ended');
  });

  it('is ended in a question of its code as well', async () => {
    const asking = scene.during(() =>
      withBaseline(scene.server, [], (session) => session.ask('SELECT pg_sleep(3600)'), {
        limits: { statementMs: 300 },
      }),
    );
    await expect(asking).rejects.toThrow('it still ran after 0.3 s, and was ended');
  });
});

describe('a migration that fills the disk', () => {
  it.each([
    [
      'a table',
      `CREATE TABLE big AS SELECT g, repeat(md5(g::text), 50) FROM generate_series(1, 5000000) AS g;`,
    ],
    [
      'functions in its SELECT list',
      `CREATE TABLE big AS SELECT generate_series(1, 100000000), repeat('x', 200) AS b;`,
    ],
    [
      'large objects',
      `SELECT lo_from_bytea(0, (SELECT string_agg(sha512(convert_to(g || '-' || i, 'UTF8')), '') FROM generate_series(1, 1000) AS i)) FROM generate_series(1, 20000) AS g;`,
    ],
    [
      'a temporary table',
      `CREATE TEMP TABLE big AS SELECT g, repeat(md5(g::text), 50) FROM generate_series(1, 5000000) AS g;`,
    ],
  ])('by %s is ended, and the room is there again', async (_by, sql) => {
    const trial = await scene.attack(sql, { limits: { databaseBytes: 64 * 1024 ** 2 } });
    expect(trial.problem?.message).toContain('it made the database larger than 64 MB');
    // A copy is dropped once its plan is done, beside whatever comes next.
    await expect.poll(largestBytes, { timeout: 20_000 }).toBeLessThan(64 * 1024 ** 2);
  });

  it('by what a sort spills is ended by the server', async () => {
    const trial = await scene.attack(
      `SET work_mem = '64kB'; SELECT count(*) FROM (SELECT repeat('x', 1000) || g AS t FROM generate_series(1, 3000000) AS g ORDER BY 1 OFFSET 0) AS s;`,
    );
    expect(trial.problem?.message).toMatch(/temporary file size exceeds "?temp_file_limit/);
    expect((await scene.attack(`SET temp_file_limit = -1;`)).problem?.detail).toContain('(SQLSTATE 42501)');
  });
});

/** Bytes of the largest database of the server. */
async function largestBytes(): Promise<number> {
  const [row] = await asSuperuser<{ bytes: string }>(
    'SELECT max(pg_database_size(oid))::text AS bytes FROM pg_database',
    superuserUrl,
  );
  return Number(row?.bytes);
}

async function advisoryLocksIn(database: string): Promise<number> {
  const rows = await asSuperuser(
    `SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
      WHERE locktype = 'advisory' AND datname = '${database}'`,
    superuserUrl,
  );
  return rows.length;
}

describe('a migration that takes memory', () => {
  it.each([
    ['array_agg', `SELECT array_agg(repeat('x', 1000) || g) FROM generate_series(1, 20000000) AS g;`],
    [
      'prepared statements',
      `DO $$ BEGIN FOR i IN 1..10000000 LOOP EXECUTE 'PREPARE p' || i || ' AS SELECT ' || rtrim(repeat('1,', 500), ','); END LOOP; END $$;`,
    ],
    [
      'one long text',
      `DO $$ DECLARE t text[] := '{}'; BEGIN LOOP t := t || repeat('x', 100000000); END LOOP; END $$;`,
    ],
    [
      'work_mem',
      `SET work_mem = '1000GB'; SELECT count(*) FROM (SELECT DISTINCT repeat('x', 1000) || g FROM generate_series(1, 20000000) AS g OFFSET 0) AS s;`,
    ],
  ])('by %s gets no more than a session is given, and the server stays up', async (_by, sql) => {
    const before = await startedAt();
    const trial = await scene.attack(sql, { limits: { statementMs: 30_000 } });
    expect(trial.problem?.message).toMatch(/out of memory|memory/);
    expect(await startedAt()).toBe(before);
  });
});

describe('a migration that floods', () => {
  it('with rows is ended', async () => {
    const trial = await scene.attack(`SELECT repeat('x', 10000) FROM generate_series(1, 1000000);`, {
      limits: { receivedBytes: 1024 ** 2 },
    });
    expect(trial.problem?.message).toContain('it sent more than 1 MB');
  });

  it('with notices is ended', async () => {
    const trial = await scene.attack(
      `DO $$ BEGIN FOR i IN 1..10000000 LOOP RAISE NOTICE '%', repeat('x', 1000); END LOOP; END $$;`,
      { limits: { receivedBytes: 4 * 1024 ** 2 } },
    );
    expect(trial.problem?.message).toContain('it sent more than 4 MB');
  });

  it.each([
    ['10 MB, is told in a few words', 10, /^Running it failed on the shadow: xxx/],
    ['60 MB, is ended', 60, /it sent more than 16 MB, and was ended/],
  ])('with an error of %s', async (_how, megabytes, message) => {
    const trial = await scene.attack(
      `DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', ${megabytes}000000); END $$;`,
    );
    expect(trial.problem?.message).toMatch(message);
    expect(trial.problem?.message.length).toBeLessThan(3_000);
    expect(trial.problem?.detail?.length).toBeLessThan(11_000);
  });

  it('with notifications is bounded, and others notify on', async () => {
    const sql = `LISTEN flood; SELECT count(pg_notify('flood', g || repeat('x', 7900))) FROM generate_series(1, 100000) AS g;`;
    const trial = await scene.attack(sql, { limits: { receivedBytes: 8 * 1024 ** 2 } });
    expect(trial.problem?.message).toMatch(/sent more than 8 MB|NOTIFY queue|out of memory/);
    expect((await scene.attack(`NOTIFY honest, 'hello';`)).problem).toBeNull();
  });

  it('with advisory locks is ended, also where it swallows the error, and others lock on', async () => {
    const hostile = await migration({
      name: '1_hostile',
      up: `DO $$ DECLARE i int := 0; BEGIN LOOP i := i + 1; PERFORM pg_advisory_lock(i);
        EXIT WHEN i > 30000; END LOOP; PERFORM pg_sleep(3600); END $$;`,
    });
    await scene.during(() =>
      withBaseline(scene.server, [], async (session) => {
        const name = await nameOf(session);
        const trial = await session.step(hostile, 'up');
        expect(trial.problem?.message).toContain('it held more than 20000 locks, and was ended');
        expect(await advisoryLocksIn(name)).toBe(0);
      }),
    );
    expect((await scene.attack('SELECT pg_advisory_lock(1);')).problem).toBeNull();
  });

  it('with locks until the server has none left is ended all the same, and others go on afterwards', async () => {
    const hostile = await migration({
      name: '1_hostile',
      up: `DO $$ DECLARE i int := 0; BEGIN
        BEGIN LOOP i := i + 1; PERFORM pg_advisory_lock(i); END LOOP; EXCEPTION WHEN OTHERS THEN NULL; END;
        LOOP BEGIN PERFORM pg_sleep(3600); EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$;`,
    });
    const trial = await whileAnswering(() =>
      withBaseline(scene.server, [], (session) => session.step(hostile, 'up')),
    );
    expect(trial.problem?.message).toContain('it held more than 20000 locks, and was ended');
    expect((await scene.attack('SELECT pg_advisory_lock(1);')).problem).toBeNull();
  });

  it('with connections gets two, and the server keeps the rest', async () => {
    await scene.during(() =>
      withBaseline(scene.server, [], async (session) => {
        const name = await nameOf(session);
        const url = await loginAs(name, name, superuserUrl);
        await withClient(url, async () => {
          await expect(withClient(url, () => Promise.resolve())).rejects.toThrow(
            'too many connections for role',
          );
        });
      }),
    );
  });
});
