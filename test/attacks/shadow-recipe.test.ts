import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migration, withBaseline } from '../shadow/bench.ts';
import { withClient } from '../support/postgres.ts';
import { asSuperuser, loginAs, nameOf, openScene, type ShadowScene } from '../support/shadow-scene.ts';

let scene: ShadowScene;
beforeAll(async () => void (scene = await openScene()));
afterAll(() => scene.close());

const base = {
  name: '1_base',
  up: `CREATE TABLE cloned (id int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';`,
};

describe('the recipe of the shadow server', () => {
  it('has an administrator who is no superuser and owns every shadow database', async () => {
    expect(
      await asSuperuser(
        `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
                pg_has_role('tidegate_shadow', 'pg_signal_backend', 'MEMBER') AS signals
           FROM pg_roles WHERE rolname = 'tidegate_shadow'`,
      ),
    ).toEqual([
      {
        rolsuper: false,
        rolcreatedb: true,
        rolcreaterole: true,
        rolreplication: false,
        rolbypassrls: false,
        signals: true,
      },
    ]);
    expect(
      await asSuperuser(
        `SELECT DISTINCT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE 'tidegate shadow %'`,
      ),
    ).toEqual([{ owner: 'tidegate_shadow' }]);
  });

  it('gives what a baseline holds, its schema public and what is new to base_owner', async () => {
    await withBaseline(scene.server, [base], async (session) => {
      await session.step(await migration({ name: '2_new', up: 'CREATE TABLE made (id int);' }), 'up');
      const owners = await session.ask(
        `SELECT DISTINCT owner FROM (SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname IN ('cloned', 'made', 'pgmigrations')
           UNION ALL SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'f'
           UNION ALL SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public') AS all_owners`,
      );
      expect(owners).toEqual([{ owner: 'base_owner' }]);
    });
    expect(await asSuperuser(`SELECT rolcanlogin FROM pg_roles WHERE rolname = 'base_owner'`)).toEqual([
      { rolcanlogin: false },
    ]);
  });

  it('lets one login connect to a clone, and PUBLIC do nothing there', async () => {
    await withBaseline(scene.server, [], async (session) => {
      const name = await nameOf(session);
      const rights = await asSuperuser<{ grantee: string; rights: string }>(
        `SELECT coalesce(r.rolname, 'PUBLIC') AS grantee, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) AS rights
           FROM pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) AS a LEFT JOIN pg_roles r ON r.oid = a.grantee
          WHERE d.datname = '${name}' AND r.rolname IS DISTINCT FROM 'tidegate_shadow' GROUP BY 1 ORDER BY 1`,
      );
      expect(rights).toEqual([
        { grantee: 'base_owner', rights: 'CREATE TEMPORARY' },
        { grantee: name, rights: 'CONNECT TEMPORARY' },
      ]);
      const memberships = await asSuperuser(
        `SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid WHERE m.member = '${name}'::regrole`,
      );
      expect(memberships).toEqual([{ rolname: 'base_owner' }]);
    });
  });

  it('lets ALTER, DROP, CREATE, new schemas and trusted extensions work', async () => {
    const usual = await migration({
      name: '2_usual',
      up: `ALTER TABLE cloned ADD COLUMN note text; DROP FUNCTION f(); CREATE TABLE public.other (id int);
           CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE EXTENSION citext; CREATE EXTENSION pgcrypto SCHEMA app;
           ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC; COMMENT ON TABLE cloned IS 'ours';`,
    });
    const trial = await scene.during(() =>
      withBaseline(scene.server, [base], (session) => session.step(usual, 'up')),
    );
    expect([trial.problem, trial.statements.flatMap(({ notTried }) => notTried ?? [])]).toEqual([null, []]);
  });

  it('lets SET ROLE reach the login and base_owner, and no other', async () => {
    const elsewhere = await withBaseline(scene.server, [], async (other) => {
      const stranger = await nameOf(other);
      const refused = [stranger, 'tidegate_shadow', 'postgres', 'pg_monitor', 'pg_read_all_data'];
      for (const role of refused) {
        const trial = await scene.attack(`SET ROLE ${role};`);
        expect(trial.problem?.detail).toContain('(SQLSTATE 42501)');
      }
      return refused;
    });
    expect(elsewhere).toHaveLength(5);
    expect((await scene.attack('SET ROLE base_owner; RESET ROLE; CREATE TABLE a ();')).problem).toBeNull();
  });

  it("is not misled by what a login sets for its own next session, or base_owner's", async () => {
    await withBaseline(scene.server, [base], async (session) => {
      const name = await nameOf(session);
      await withClient(await loginAs(name, name), async (client) => {
        await client.query(`CREATE SCHEMA evil; CREATE TABLE evil.pg_class (oid oid, relname name);
          CREATE FUNCTION evil.quote_ident(name) RETURNS text LANGUAGE sql AS 'SELECT ''forged''';
          ALTER ROLE base_owner SET search_path = evil, pg_catalog; SET ROLE NONE;
          ALTER ROLE ${name} SET search_path = evil, pg_catalog; ALTER ROLE ${name} RESET role`);
      });
      await session.step(await migration({ name: '2_a', up: 'CREATE TABLE honest (id int);' }), 'up');
      const names = (await session.schemaDiff()).map(({ name: changed }) => changed);
      expect(names).toContain('public.honest');
      expect(names.join(' ')).not.toContain('forged');
    });
  });
});

describe('what a plan does to roles that all plans share', () => {
  it.each([
    ['drops all that base_owner owns and may', 'DROP OWNED BY base_owner;'],
    ['drops all that base_owner owns, with what hangs on it', 'DROP OWNED BY base_owner CASCADE;'],
    ['gives away all that base_owner owns', 'REASSIGN OWNED BY base_owner TO CURRENT_USER;'],
    [
      'sets what base_owner begins with',
      `ALTER ROLE base_owner SET search_path = evil; ALTER ROLE base_owner SET default_transaction_read_only = on;`,
    ],
    [
      'takes the rights from base_owner',
      'REVOKE ALL ON DATABASE postgres FROM base_owner; REVOKE ALL ON SCHEMA public FROM base_owner;',
    ],
    ['gives base_owner a password', `ALTER ROLE base_owner PASSWORD 'known';`],
    ['locks base_owner out', `ALTER ROLE base_owner VALID UNTIL '2001-01-01' NOINHERIT CONNECTION LIMIT 0;`],
  ])('changes nothing for another where it %s', async (_does, sql) => {
    await scene.attack(sql);
    const next = await migration({
      name: '2_next',
      up: 'CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE TEMP TABLE x ();',
    });
    const trial = await withBaseline(scene.server, [base], (session) => session.step(next, 'up'));
    expect(trial.problem).toBeNull();
    const [role] = await asSuperuser(
      `SELECT rolcanlogin, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = 'base_owner'`,
    );
    expect(role).toEqual({ rolcanlogin: false, rolsuper: false, rolcreaterole: false });
  });
});
