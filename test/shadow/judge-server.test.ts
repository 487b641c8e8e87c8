import { describe, expect, it } from 'vitest';
import type { ClientRule, RoleFacts, ServerFacts } from '../../src/shadow/recipe/facts.ts';
import { judgeServer } from '../../src/shadow/recipe/judge.ts';

const powerless: RoleFacts = {
  name: 'base_owner',
  superuser: false,
  createRole: false,
  createDatabase: false,
  replication: false,
  bypassRowSecurity: false,
  login: false,
  predefinedRoles: [],
};
const admin: RoleFacts = {
  ...powerless,
  name: 'shadow_admin',
  createRole: true,
  createDatabase: true,
  login: true,
  predefinedRoles: ['pg_signal_backend'],
};
const rule = (line: number, databases: string, users: string, method = 'scram-sha-256'): ClientRule => ({
  line,
  databases: [databases],
  users: [users],
  address: '127.0.0.1',
  method,
});
const database = {
  owner: 'postgres',
  isOurs: false,
  isCurrent: false,
  allowsConnections: true,
  publicConnects: false,
};
const plans = '/^tidegate_shadow_';

const asTheRecipeSays: ServerFacts = {
  versionNumber: 180_004,
  isReplica: false,
  admin,
  baseOwner: powerless,
  planLogins: [{ ...powerless, name: 'tidegate_shadow_clone_1_a', login: true }],
  databases: [
    { ...database, name: 'postgres', isCurrent: true },
    { ...database, name: 'template0', allowsConnections: false, publicConnects: true },
    {
      ...database,
      name: 'tidegate_shadow_clone_1_a',
      owner: 'shadow_admin',
      isOurs: true,
      publicConnects: true,
    },
  ],
  clientRules: [rule(1, 'sameuser', plans), rule(2, 'all', plans, 'reject'), rule(3, 'all', 'all')],
  settings: { fsync: false, autovacuum: false, temporaryFileLimit: 1_048_576, mayLimitTemporaryFiles: false },
};

type Change = (facts: ServerFacts) => ServerFacts;

const withAdmin =
  (change: Partial<RoleFacts>): Change =>
  (facts) => ({ ...facts, admin: { ...admin, ...change } });
const withRules =
  (clientRules: ServerFacts['clientRules']): Change =>
  (facts) => ({ ...facts, clientRules });
const withSettings =
  (change: Partial<ServerFacts['settings']>): Change =>
  (facts) => ({
    ...facts,
    settings: { ...facts.settings, ...change },
  });
const open: ServerFacts['databases'] = [{ ...database, name: 'Orders "1"', publicConnects: true }];

describe('a server', () => {
  it('that is as the recipe says has nothing against it', () => {
    expect(judgeServer(asTheRecipeSays)).toEqual([]);
    expect(judgeServer({ ...asTheRecipeSays, baseOwner: null, planLogins: [], databases: [] })).toEqual([]);
  });

  const cases: readonly (readonly [string, Change, 'unsafe' | 'advice', RegExp, RegExp])[] = [
    ['an old version', (f) => ({ ...f, versionNumber: 140_010 }), 'unsafe', /PostgreSQL 14; 15 to 18/, /^$/],
    ['a version from the future', (f) => ({ ...f, versionNumber: 190_000 }), 'advice', /19 is newer/, /^$/],
    [
      "15's CREATEROLE",
      (f) => ({ ...f, versionNumber: 150_004 }),
      'advice',
      /CREATEROLE can give itself pg_execute_server_program/,
      /^$/,
    ],
    ['being a replica', (f) => ({ ...f, isReplica: true }), 'unsafe', /replica/, /^$/],
    [
      'a superuser as administrator',
      withAdmin({ superuser: true }),
      'unsafe',
      /shadow_admin is a superuser/,
      /ALTER ROLE "shadow_admin" NOSUPERUSER/,
    ],
    ['replication', withAdmin({ replication: true }), 'unsafe', /replicate/, /NOREPLICATION/],
    ['no row security', withAdmin({ bypassRowSecurity: true }), 'unsafe', /row security/, /NOBYPASSRLS/],
    [
      'no CREATEDB',
      withAdmin({ createDatabase: false }),
      'unsafe',
      /needs CREATEDB/,
      /"shadow_admin" CREATEDB/,
    ],
    [
      'no CREATEROLE',
      withAdmin({ createRole: false }),
      'unsafe',
      /needs CREATEROLE/,
      /"shadow_admin" CREATEROLE/,
    ],
    [
      'no way to end a session',
      withAdmin({ predefinedRoles: [] }),
      'unsafe',
      /needs pg_signal_backend/,
      /GRANT pg_signal_backend/,
    ],
    [
      'an administrator that runs programs',
      withAdmin({ predefinedRoles: ['pg_execute_server_program', 'pg_signal_backend'] }),
      'unsafe',
      /reach out of/,
      /REVOKE pg_execute_server_program FROM "shadow_admin"/,
    ],
    [
      'a base_owner with power',
      (f) => ({ ...f, baseOwner: { ...powerless, createRole: true } }),
      'unsafe',
      /Plans run as base_owner/,
      /ALTER ROLE "base_owner" NOSUPERUSER NOCREATEROLE/,
    ],
    [
      'a base_owner that reads files',
      (f) => ({ ...f, baseOwner: { ...powerless, predefinedRoles: ['pg_read_server_files'] } }),
      'unsafe',
      /base_owner is a member of/,
      /REVOKE pg_read_server_files/,
    ],
    [
      'a base_owner that logs in',
      (f) => ({ ...f, baseOwner: { ...powerless, login: true } }),
      'unsafe',
      /can log in/,
      /NOLOGIN/,
    ],
    [
      "a plan's login with CREATEROLE",
      (f) => ({ ...f, planLogins: [{ ...powerless, name: 'tidegate_shadow_clone_1_a', createRole: true }] }),
      'unsafe',
      /Plans run as tidegate_shadow_clone_1_a/,
      /NOCREATEROLE/,
    ],
    [
      'a shadow that another owns',
      (f) => ({ ...f, databases: [{ ...database, name: 'tidegate_shadow_clone_1_b', isOurs: true }] }),
      'unsafe',
      /belongs to postgres/,
      /OWNER TO "shadow_admin"/,
    ],
    [
      'a database open to all',
      (f) => ({ ...f, databases: open, clientRules: [rule(1, 'all', 'all')] }),
      'unsafe',
      /may connect to the database Orders "1"/,
      /REVOKE CONNECT ON DATABASE "Orders ""1""" FROM PUBLIC/,
    ],
    [
      'the same behind pg_hba.conf',
      (f) => ({ ...f, databases: open }),
      'advice',
      /may connect/,
      /REVOKE CONNECT/,
    ],
    [
      'trust',
      withRules([rule(1, 'all', 'all', 'trust')]),
      'unsafe',
      /Line 1 .* without a password/,
      /scram-sha-256 instead of trust/,
    ],
    ['md5', withRules([rule(1, 'all', 'all', 'md5')]), 'advice', /asks for md5/, /instead of md5/],
    [
      'plans let into all',
      withRules([rule(1, 'all', 'all')]),
      'advice',
      /does not keep a plan's login/,
      /host sameuser/,
    ],
    [
      'a door before the wall',
      withRules([rule(1, 'all', 'all'), rule(2, 'sameuser', plans), rule(3, 'all', plans, 'reject')]),
      'advice',
      /does not keep/,
      /reject/,
    ],
    [
      'an address from anywhere',
      withRules([
        rule(1, 'sameuser', plans),
        rule(2, 'all', plans, 'reject'),
        { ...rule(3, 'all', 'all'), address: '0.0.0.0' },
      ]),
      'advice',
      /from 0\.0\.0\.0/,
      /^$/,
    ],
    [
      'rules that cannot be seen',
      withRules(null),
      'advice',
      /could not be looked at/,
      /GRANT SELECT ON pg_hba_file_rules/,
    ],
    [
      'no limit for what spills',
      withSettings({ temporaryFileLimit: -1 }),
      'unsafe',
      /has no limit/,
      /GRANT SET ON PARAMETER temp_file_limit/,
    ],
    ['fsync', withSettings({ fsync: true }), 'advice', /fsync/, /SET fsync = off/],
    ['autovacuum', withSettings({ autovacuum: true }), 'advice', /autovacuum/, /SET autovacuum = off/],
  ];

  it.each(cases)('with %s has that against it, and what mends it', (_, change, weight, what, mend) => {
    const findings = judgeServer(change(asTheRecipeSays));
    const found = findings.filter((finding) => what.test(finding.what));
    expect(found).toMatchObject([{ weight }]);
    expect(found[0]?.mend.join('\n')).toMatch(mend);
    const others = findings.filter(({ weight: other }) => other === 'unsafe');
    expect(others.every((finding) => found.includes(finding))).toBe(true);
  });
});
