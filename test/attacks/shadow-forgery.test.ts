import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migration, withBaseline } from '../shadow/bench.ts';
import { openScene, type ShadowScene } from '../support/shadow-scene.ts';

let scene: ShadowScene;
beforeAll(async () => void (scene = await openScene()));
afterAll(() => scene.close());

const base = { name: '1_victim', up: 'CREATE TABLE victim (id int);' };

describe('a forged catalog', () => {
  it.each([
    [
      'temporary tables named like it',
      `CREATE TEMP TABLE pg_class (oid oid, relname name); CREATE TEMP TABLE pg_attribute (attrelid oid);
       CREATE TEMP TABLE pg_namespace (oid oid, nspname name); CREATE TEMP TABLE pg_database (datname name);`,
    ],
    [
      'a hostile search_path with functions and operators of the same names',
      `CREATE SCHEMA evil; CREATE TABLE evil.pg_class (oid oid);
       CREATE FUNCTION evil.format_type(oid, int) RETURNS text LANGUAGE sql AS 'SELECT ''forged''';
       CREATE FUNCTION evil.same(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
       CREATE OPERATOR evil.= (FUNCTION = evil.same, LEFTARG = oid, RIGHTARG = oid);
       SET search_path = evil, pg_temp, public, pg_catalog;`,
    ],
    [
      'a search_path that the role begins with',
      `CREATE SCHEMA evil; CREATE TABLE evil.pg_class (oid oid); ALTER ROLE base_owner SET search_path = evil, pg_catalog;`,
    ],
    [
      'a cast and a type in public',
      `CREATE TYPE public.regclass AS (a int); CREATE DOMAIN public.name AS text; SET search_path = public, pg_catalog;`,
    ],
  ])('by %s is not what introspection reads', async (_by, sql) => {
    const forged = await migration({
      name: '2_forged',
      up: `${sql} ALTER TABLE public.victim ADD COLUMN added int; CREATE TABLE public.honest (id int);`,
    });
    const diff = await scene.during(() =>
      withBaseline(scene.server, [base], async (session) => {
        const trial = await session.step(forged, 'up');
        expect(trial.problem).toBeNull();
        expect(trial.statements.at(-2)).toMatchObject({
          locks: [{ relation: 'public.victim', mode: 'AccessExclusiveLock' }],
        });
        return session.schemaDiff();
      }),
    );
    const byName = new Map(diff.map((change) => [change.name, change]));
    expect(byName.get('public.honest')).toMatchObject({ change: 'added' });
    expect(byName.get('public.victim')).toMatchObject({ change: 'changed' });
    expect(byName.get('public.victim')?.after).toContain('added integer');
    expect(JSON.stringify(diff.filter(({ name }) => name === 'public.victim'))).not.toContain('forged');
  });

  it('runs nothing of a view, a default, a check, a trigger, a policy or a rule that has a side effect', async () => {
    const trap = await migration({
      name: '2_trap',
      up: `CREATE TABLE sprung (by_whom text);
CREATE FUNCTION spring() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO sprung VALUES (current_user); RETURN 1; END $$;
CREATE VIEW trap AS SELECT spring() AS a;
CREATE MATERIALIZED VIEW kept AS SELECT spring() AS a WITH NO DATA;
CREATE TABLE defaults (a int DEFAULT spring(), CHECK (spring() = 1));
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM spring(); RETURN NEW; END $$;
CREATE TRIGGER t AFTER INSERT ON defaults EXECUTE FUNCTION watch();
CREATE POLICY p ON defaults USING (spring() = 1); ALTER TABLE defaults ENABLE ROW LEVEL SECURITY;
CREATE RULE r AS ON INSERT TO trap DO INSTEAD SELECT spring();`,
    });
    await scene.during(() =>
      withBaseline(scene.server, [], async (session) => {
        expect((await session.step(trap, 'up')).problem).toBeNull();
        expect((await session.schemaDiff()).map(({ name }) => name)).toContain('public.trap');
        expect(await session.ask('SELECT by_whom FROM sprung')).toEqual([]);
      }),
    );
  });

  it('in names of objects is shown as a name', async () => {
    const odd = await migration({
      name: '2_odd',
      up: `CREATE TABLE "a'; DROP TABLE victim; --" ("b""c" int); CREATE SCHEMA "x.y"; CREATE TABLE "x.y"."$1" (id int);`,
    });
    const diff = await scene.during(() =>
      withBaseline(scene.server, [base], async (session) => {
        expect((await session.step(odd, 'up')).problem).toBeNull();
        return session.schemaDiff();
      }),
    );
    expect(diff.map(({ name }) => name)).toEqual(
      expect.arrayContaining([`public."a'; DROP TABLE victim; --"`, '"x.y"."$1"']),
    );
    expect(diff.map(({ change }) => change)).not.toContain('removed');
  });
});

describe('a COMMIT inside a migration', () => {
  it.each([
    [
      'a procedure',
      `CREATE PROCEDURE leave_it() LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE escaped (); COMMIT; END $$; CALL leave_it();`,
    ],
    ['a DO block', `DO $$ BEGIN CREATE TABLE escaped (); COMMIT; END $$;`],
    ['EXECUTE', `DO $$ BEGIN EXECUTE 'COMMIT'; END $$;`],
  ])('by %s does not escape', async (_by, sql) => {
    const hostile = await migration({ name: '2_hostile', up: sql });
    await scene.during(() =>
      withBaseline(scene.server, [base], async (session) => {
        const trial = await session.step(hostile, 'up');
        expect(trial.problem?.message).toMatch(
          /invalid transaction termination|EXECUTE of transaction commands/,
        );
        expect(await session.schemaDiff()).toEqual([]);
      }),
    );
  });
});
