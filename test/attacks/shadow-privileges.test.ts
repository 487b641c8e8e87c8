import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migration, openTestShadow, withBaseline } from '../shadow/bench.ts';
import { createDatabase, withClient } from '../support/postgres.ts';
import { asSuperuser, loginAs, nameOf, openScene, type ShadowScene } from '../support/shadow-scene.ts';

let scene: ShadowScene;
beforeAll(async () => void (scene = await openScene()));
afterAll(() => scene.close());

describe('a hostile migration on the shadow', () => {
  it.each([
    ['runs a program', `COPY (SELECT 1) TO PROGRAM 'touch CANARY';`],
    ['writes a file', `COPY (SELECT 1) TO 'CANARY';`],
    ['reads a file', `CREATE TABLE stolen (t text); COPY stolen FROM '/etc/passwd';`],
    ['reads a file by function', `SELECT pg_read_file('/etc/passwd');`],
    ['lists a folder', `SELECT pg_ls_dir('/');`],
    ['imports a large object from a file', `SELECT lo_import('/etc/passwd');`],
    ['exports a large object to a file', `SELECT lo_export(lo_from_bytea(0, 'x'), 'CANARY');`],
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
    const trial = await scene.attack(sql.replace('CANARY', scene.canaryFile));
    expect(trial.problem).toMatchObject({ code: 'dry-run-up', migration: '1_hostile' });
    expect(trial.problem?.detail).toContain('(SQLSTATE 42501)');
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
    ['takes dblink', `CREATE EXTENSION dblink;`],
    ['takes postgres_fdw', `CREATE EXTENSION postgres_fdw;`],
    ['takes file_fdw', `CREATE EXTENSION file_fdw;`],
    ['takes a language that may do all', `CREATE EXTENSION plpython3u;`],
    ['marks a database as ours', `COMMENT ON DATABASE postgres IS 'tidegate shadow clone';`],
    ['drops a role', `DROP ROLE tidegate_shadow;`],
    ['lets itself set more', `GRANT SET ON PARAMETER session_preload_libraries TO base_owner;`],
    [
      'makes an event trigger',
      `CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
       CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION e();`,
    ],
  ])('has it left out where it %s', async (_does, sql) => {
    const trial = await scene.attack(sql);
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
    ['drops a database', `DROP DATABASE postgres;`],
    ['drops a sibling', `DROP DATABASE SIBLING;`],
    ['makes a tablespace', `CREATE TABLESPACE canary LOCATION '/tmp';`],
  ])('has it left out, outside a transaction too, where it %s', async (_does, sql) => {
    const trial = await scene.attack(sql.replace('SIBLING', scene.sibling), { transaction: false });
    expect(trial.problem).toBeNull();
    expect(trial.statements[0]?.notTried).toContain('needs a privilege');
  });

  it('stays who it is: neither RESET ROLE nor SET ROLE NONE is a way up', async () => {
    await withBaseline(scene.server, [], async (session) => {
      const whoami = 'SELECT current_user::text AS me, rolsuper FROM pg_roles WHERE rolname = current_user';
      expect(await session.ask(whoami)).toEqual([{ me: 'base_owner', rolsuper: false }]);
      await session.step(await migration({ name: '1_reset', up: 'RESET ROLE; CREATE TABLE a ();' }), 'up');
      await session.step(await migration({ name: '2_none', up: 'SET ROLE NONE;' }), 'up');
      expect(await session.ask(whoami)).toEqual([{ me: 'base_owner', rolsuper: false }]);
    });
  });

  it('is called off by the signal, and its database goes', async () => {
    const abort = new AbortController();
    const endless = await migration({ name: '1_endless', up: 'SELECT pg_sleep(3600);' });
    const running = withBaseline(
      scene.server,
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
    const trial = await scene.attack(sql);
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
    await withBaseline(scene.server, [base], async (session) => {
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

describe("a plan's login", () => {
  it('enters its own database and no other', async () => {
    await using target = await createDatabase('target');
    await withBaseline(scene.server, [], async (session) => {
      const own = await nameOf(session);
      await withBaseline(scene.server, [], async (other) => {
        const as = (database: string): Promise<string> => loginAs(own, database);
        await withClient(await as(own), (client) => client.query('SELECT 1'));
        for (const database of [await nameOf(other), target.name, 'postgres', 'template1']) {
          await expect(withClient(await as(database), (client) => client.query('SELECT 1'))).rejects.toThrow(
            /pg_hba\.conf rejects connection|permission denied for database/,
          );
        }
      });
    });
  });

  it('is gone afterwards, and its database with it', async () => {
    const own = await openTestShadow();
    const name = await withBaseline(own, [], nameOf);
    // A plan does not wait for it, the end of the server does.
    await own.close();
    expect(await asSuperuser(`SELECT 1 FROM pg_roles WHERE rolname = '${name}'`)).toEqual([]);
    expect(await asSuperuser(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)).toEqual([]);
  });
});
