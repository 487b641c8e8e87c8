import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { fileOf, step, teamOf, textOf, type Files, type Team } from './team.ts';

const when = [
  `{ schema: billing, required: 2 }`,
  `{ rows_over: 1000, required: 2 }`,
  `{ path: 'migrations/*_auth_*', required: 2 }`,
  `{ rule: rename-column, required: 2 }`,
  `{ reversibility: irreversible, required: 2 }`,
  `{ statement: DELETE, required: 2 }`,
];
const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals:
      required: 1
      from: ['@acme/dba']
      when:
${when.map((entry) => `        - ${entry}\n`).join('')}`;

const first = `-- Up Migration
CREATE SCHEMA billing;
CREATE TABLE billing.bills (id int PRIMARY KEY);
CREATE TABLE big (id int PRIMARY KEY);
CREATE TABLE small (id int PRIMARY KEY);
-- Down Migration
DROP TABLE small;
DROP TABLE big;
DROP TABLE billing.bills;
DROP SCHEMA billing;
`;

const migration = (up: string, down = '-- Nothing is left of it.'): string =>
  `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`;

const nextMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

/** What only one approval would be asked for, but that it is so; and the words that say how it is. */
const changes: Readonly<Record<string, { readonly files: Files; readonly since: RegExp }>> = {
  rows: {
    files: {
      [fileOf(2)]: migration('ALTER TABLE big ADD COLUMN note text;', 'ALTER TABLE big DROP COLUMN note;'),
    },
    since: /since it touches a table of about 5,000 rows/,
  },
  schema: {
    files: {
      [fileOf(3)]: migration(
        'ALTER TABLE billing.bills ADD COLUMN note text;',
        'ALTER TABLE billing.bills DROP COLUMN note;',
      ),
    },
    since: /since it touches `billing\.bills`/,
  },
  path: {
    files: { 'migrations/0004_auth_step.sql': textOf('step_0004') },
    since: /since it changes `migrations\/0004_auth_step\.sql`/,
  },
  rule: {
    files: {
      [fileOf(5)]: migration(
        'ALTER TABLE small RENAME COLUMN id TO number;',
        'ALTER TABLE small RENAME COLUMN number TO id;',
      ),
    },
    since: /since `rename-column` found something in it/,
  },
  reversibility: {
    files: { [fileOf(6)]: '-- Up Migration\nCREATE TABLE step_0006 (id int PRIMARY KEY);\n' },
    since: /since a migration of it is irreversible/,
  },
  statement: {
    files: {
      [fileOf(7)]: migration(
        'CREATE TABLE step_0007 AS WITH gone AS (DELETE FROM small WHERE id > 9 RETURNING id) SELECT id FROM gone;',
        'DROP TABLE step_0007;',
      ),
    },
    since: /since it has a `DELETE`/,
  },
  'do-block': {
    files: {
      [fileOf(12)]: migration(
        `DO $$ BEGIN IF EXISTS (SELECT FROM small) THEN EXECUTE 'DELETE FROM ' || 'billing.bills'; END IF; END $$;`,
      ),
    },
    since: /since it is not known which tables it touches/,
  },
  'whole-schema': {
    files: {
      [fileOf(13)]: migration(
        'GRANT SELECT ON ALL TABLES IN SCHEMA billing TO PUBLIC;',
        'REVOKE SELECT ON ALL TABLES IN SCHEMA billing FROM PUBLIC;',
      ),
    },
    since: /since it touches every table of the schema `billing`/,
  },
  'search-path': {
    files: {
      [fileOf(14)]: migration(
        'SET LOCAL search_path = billing;\nCREATE TABLE public.step_0014 AS SELECT * FROM bills;',
        'DROP TABLE step_0014;',
      ),
    },
    since: /since it touches `billing\.bills`/,
  },
  waiver: {
    files: {
      [fileOf(9)]: migration(
        `-- tidegate:allow drop-table until=${nextMonth} reason="nobody reads it"\nDROP TABLE small;`,
        'CREATE TABLE small (id int PRIMARY KEY);',
      ),
    },
    since: /since it changes what is asked for, and so has to pass at the strictest/,
  },
};

describe('what more is asked for, by what a plan is like', () => {
  let world: World;
  let team: Team;
  const numbers = new Map<string, number>();
  let plain = 0;
  let unread = 0;

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile,
      environments: ['prod'],
      branches: [],
      migrations: { '0001_step.sql': first },
      applied: true,
    });
    await world.query('prod', 'INSERT INTO big SELECT generate_series(1, 5000)');
    await world.query('prod', 'ANALYZE');
    team = teamOf(world);
    plain = await team.open({ branch: 'plain', files: step(10) });
    // What PostgreSQL takes only after a setting of its session is not read without it.
    const sql = `SET LOCAL standard_conforming_strings = off;\nCOMMENT ON TABLE small IS 'it\\'s';`;
    unread = await team.open({ branch: 'unread', files: { [fileOf(8)]: migration(sql) } });
    for (const [branch, { files }] of Object.entries(changes)) {
      numbers.set(branch, await team.open({ branch, files }));
    }
    await world.settled();
    for (const number of [plain, unread, ...numbers.values()]) await team.approve(number, 'dan');
    await world.settled();
  });
  afterAll(() => world.close());

  it('lets through by one what is like nothing that it asks more for', async () => {
    expect(await team.check(plain, 'gate')).toBe('success');
    expect(await team.said(plain, 'gate')).not.toMatch(/since/);
  });

  it.each(Object.entries(changes))('waits for a second: %s', async (branch, { since }) => {
    const number = numbers.get(branch) ?? 0;
    expect(await team.check(number, 'plan')).toBe('success');
    expect(await team.said(number, 'gate')).toMatch(since);
    expect(await team.check(number, 'gate')).toBe('action_required');
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
  });

  it('lets nobody approve what cannot be read', async () => {
    await team.approve(unread, 'dora');
    await world.settled();
    expect(await team.check(unread, 'plan')).toBe('failure');
    expect(await team.check(unread, 'gate')).toBe('failure');
    expect(await team.said(unread, 'gate')).toMatch(/The plan cannot run/);
  });

  it('asks for the most where the target cannot be asked how many rows there are', async () => {
    const number = await team.open({ branch: 'elsewhere', files: step(11) });
    await world.settled();
    world.pointTo('prod', 'postgres://tidegate:hush@127.0.0.1:1/prod');
    await team.approve(number, 'dan');
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(
      /since it is not known whether it touches more than 1,000 rows/,
    );
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
    expect(world.violations()).toEqual([]);
  });
});
