import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShadowSession } from '../../src/shadow/session.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { migration, openTestShadow, withBaseline } from '../shadow/bench.ts';
import { createDatabase, databaseUrl, withClient } from '../support/postgres.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

/** Runs hostile SQL as the up of a migration, and gives what came of it. */
async function attack(sql: string, options: Parameters<typeof withBaseline>[3] = {}, transaction = true) {
  const hostile = await migration({ name: '1_hostile', up: sql, transaction });
  return withBaseline(server, [], (session) => session.step(hostile, 'up'), options);
}

async function asSuperuser<T extends object>(sql: string): Promise<readonly T[]> {
  return withClient(databaseUrl('postgres'), async (client) => (await client.query<T>(sql)).rows);
}

describe('a hostile migration on the shadow', () => {
  const canary = join(tmpdir(), `tidegate-canary-${randomUUID()}`);

  it.each([
    ['runs a program', `COPY (SELECT 1) TO PROGRAM 'touch ${canary}';`],
    ['writes a file', `COPY (SELECT 1) TO '${canary}';`],
    ['reads a file', `CREATE TABLE stolen (t text); COPY stolen FROM '/etc/passwd';`],
    ['reads a file by function', `SELECT pg_read_file('/etc/passwd');`],
    ['lists a folder', `SELECT pg_ls_dir('/');`],
    ['imports a large object from a file', `SELECT lo_import('/etc/passwd');`],
    ['exports a large object to a file', `SELECT lo_export(lo_from_bytea(0, 'x'), '${canary}');`],
    ['loads a library', `LOAD '/tmp/evil.so';`],
    ['makes a function in C', `CREATE FUNCTION f() RETURNS int AS '/tmp/evil.so', 'f' LANGUAGE c;`],
    ['makes a function of the server itself', `CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE internal;`],
    ['becomes the administrator', `SET ROLE tidegate_shadow;`],
    ['becomes the superuser', `SET ROLE postgres;`],
    ['becomes another by SET SESSION AUTHORIZATION', `SET SESSION AUTHORIZATION postgres;`],
    [
      'ends other sessions',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres';`,
    ],
    ['reads passwords', `SELECT * FROM pg_authid;`],
    ['writes to the catalog', `UPDATE pg_catalog.pg_class SET relname = relname;`],
    ['reads the settings file', `SELECT * FROM pg_hba_file_rules;`],
    ['switches triggers off', `SET session_replication_role = replica;`],
  ])('is refused where it %s', async (_does, sql) => {
    const trial = await attack(sql);
    expect(trial.problem).toMatchObject({ code: 'dry-run-up', migration: '1_hostile' });
    expect(trial.problem?.detail).toContain('(SQLSTATE 42501)');
    expect(existsSync(canary)).toBe(false);
  });

  it.each([
    ['makes a superuser', `CREATE ROLE canary_root SUPERUSER LOGIN PASSWORD 'x';`],
    ['gives itself a predefined role', `GRANT pg_execute_server_program TO base_owner;`],
    ['gives itself the administrator', `GRANT tidegate_shadow TO base_owner;`],
    ['gives itself power', `ALTER ROLE base_owner CREATEROLE CREATEDB;`],
    ['changes the administrator', `ALTER ROLE tidegate_shadow PASSWORD 'x';`],
    ['changes the shadow database', `ALTER DATABASE postgres SET search_path = evil;`],
    [
      'makes a subscription',
      `CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false);`,
    ],
    ['publishes all tables', `CREATE PUBLICATION p FOR ALL TABLES;`],
    ['makes a foreign data wrapper', `CREATE FOREIGN DATA WRAPPER w;`],
    ['takes an untrusted extension', `CREATE EXTENSION dblink;`],
    [
      'makes an event trigger',
      `CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
       CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION e();`,
    ],
  ])('has it left out where it %s', async (_does, sql) => {
    const trial = await attack(sql);
    expect(trial.problem).toBeNull();
    expect(trial.statements.at(-1)).toMatchObject({
      durationMs: null,
      notTried: 'not tried on the shadow: needs a privilege that it does not give',
    });
    const powers = await asSuperuser(
      `SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreaterole OR rolcreatedb OR rolcanlogin)
          AND rolname IN ('base_owner', 'canary_root')`,
    );
    expect(powers).toEqual([]);
  });

  it.each([
    ['changes the server', `ALTER SYSTEM SET archive_command = 'touch /tmp/x';`],
    ['makes a database', `CREATE DATABASE canary_database;`],
    ['makes a tablespace', `CREATE TABLESPACE canary LOCATION '/tmp';`],
  ])('has it left out, outside a transaction too, where it %s', async (_does, sql) => {
    const trial = await attack(sql, {}, false);
    expect(trial.problem).toBeNull();
    expect(trial.statements[0]?.notTried).toContain('needs a privilege');
  });

  it('stays who it is: neither RESET ROLE nor SET ROLE NONE is a way up', async () => {
    await withBaseline(server, [], async (session) => {
      const whoami = 'SELECT current_user::text AS me, rolsuper FROM pg_roles WHERE rolname = current_user';
      expect(await session.ask(whoami)).toEqual([{ me: 'base_owner', rolsuper: false }]);
      await session.step(await migration({ name: '1_reset', up: 'RESET ROLE; CREATE TABLE a ();' }), 'up');
      await session.step(await migration({ name: '2_none', up: 'SET ROLE NONE;' }), 'up');
      expect(await session.ask(whoami)).toEqual([{ me: 'base_owner', rolsuper: false }]);
    });
  });

  it.each([
    [
      'swallows every cancel',
      `DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(0.01); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;`,
    ],
    ['never comes back', `DO $$ BEGIN LOOP END LOOP; END $$;`],
    ['sleeps after switching its timeout off', `SET statement_timeout = 0; SELECT pg_sleep(3600);`],
  ])('is ended by the host where it %s', async (_does, sql) => {
    const trial = await attack(sql, { limits: { statementMs: 300 } });
    expect(trial.problem).toMatchObject({
      code: 'dry-run-up',
      message: 'Running it failed on the shadow: it still ran after 0.3 s, and was ended.',
    });
  });

  it('is ended where it floods us with rows', async () => {
    const trial = await attack(`SELECT repeat('x', 10000) FROM generate_series(1, 1000000);`, {
      limits: { receivedBytes: 1024 ** 2 },
    });
    expect(trial.problem?.message).toContain('it sent more than 1 MB');
  });

  it('is ended where it fills the disk', async () => {
    const trial = await attack(
      `CREATE TABLE big AS SELECT g, repeat(md5(g::text), 50) FROM generate_series(1, 5000000) AS g;`,
      { limits: { databaseBytes: 64 * 1024 ** 2 } },
    );
    expect(trial.problem?.message).toContain('it made the database larger than 64 MB');
  });

  it('is called off by the signal, and its database goes', async () => {
    const abort = new AbortController();
    const endless = await migration({ name: '1_endless', up: 'SELECT pg_sleep(3600);' });
    const running = withBaseline(
      server,
      [],
      async (session) => {
        setTimeout(() => abort.abort(new Error('superseded')), 50);
        return session.step(endless, 'up');
      },
      { signal: abort.signal },
    );
    await expect(running).rejects.toThrow('superseded');
  });

  it.each([
    ['by COMMIT', 'CREATE TABLE escaped (); COMMIT; SELECT 1;'],
    ['by COMMIT AND CHAIN', 'CREATE TABLE escaped (); COMMIT AND CHAIN; SELECT 1;'],
    ['by ROLLBACK and a new transaction', 'ROLLBACK; BEGIN; SELECT 1;'],
  ])('is caught where it leaves its transaction %s', async (_how, sql) => {
    const trial = await attack(sql);
    expect(trial.problem).toMatchObject({ code: 'transaction-control', line: 1 });
  });

  it('does not hide what it locks behind tables named like the catalog', async () => {
    const forged = await migration({
      name: '2_forged',
      up: `CREATE TEMP TABLE pg_locks (pid int, locktype text, relation oid, mode text, granted boolean);
CREATE TEMP TABLE pg_class (oid oid);
CREATE SCHEMA evil; CREATE FUNCTION evil.same(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR evil.= (FUNCTION = evil.same, LEFTARG = int, RIGHTARG = int);
SET search_path = evil, pg_temp, public, pg_catalog;
ALTER TABLE public.victim ALTER COLUMN id TYPE bigint;`,
    });
    const base = { name: '1_victim', up: 'CREATE TABLE victim (id int);' };
    await withBaseline(server, [base], async (session) => {
      const trial = await session.step(forged, 'up');
      expect(trial.problem).toBeNull();
      expect(trial.statements.at(-1)).toMatchObject({
        locks: [{ relation: 'public.victim', mode: 'AccessExclusiveLock' }],
        rewrites: ['public.victim'],
      });
      expect((await session.schemaDiff()).map(({ name }) => name)).toContain('public.victim');
    });
  });
});

/** The database of a session; its login has the same name. */
async function nameOf(session: ShadowSession): Promise<string> {
  const [row] = await session.ask('SELECT current_database()::text AS name');
  return String(row?.['name']);
}

describe("a plan's login", () => {
  it('enters its own database and no other', async () => {
    await using target = await createDatabase('target');
    await withBaseline(server, [], async (session) => {
      const own = await nameOf(session);
      await withBaseline(server, [], async (other) => {
        await asSuperuser(`ALTER ROLE ${own} PASSWORD 'known'`);
        const as = (database: string): string => {
          const url = new URL(databaseUrl(database));
          [url.username, url.password] = [own, 'known'];
          return url.href;
        };
        await withClient(as(own), (client) => client.query('SELECT 1'));
        for (const database of [await nameOf(other), target.name, 'postgres', 'template1']) {
          await expect(withClient(as(database), (client) => client.query('SELECT 1'))).rejects.toThrow(
            /pg_hba\.conf rejects connection|permission denied for database/,
          );
        }
      });
    });
  });

  it('is gone afterwards, and its database with it', async () => {
    const name = await withBaseline(server, [], nameOf);
    expect(await asSuperuser(`SELECT 1 FROM pg_roles WHERE rolname = '${name}'`)).toEqual([]);
    expect(await asSuperuser(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)).toEqual([]);
  });
});
