import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { migration, openTestShadow, withBaseline } from './bench.ts';

const customers = {
  name: '1_customers',
  up: 'CREATE TABLE customers (id int PRIMARY KEY, name text); INSERT INTO customers VALUES (1, $$Ada$$);',
  down: 'DROP TABLE customers;',
};

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

describe('a step on the shadow', () => {
  it('tells what each statement locked and wrote anew', async () => {
    const change = await migration({
      name: '2_change',
      up: `ALTER TABLE customers ADD COLUMN note text;
ALTER TABLE customers ALTER COLUMN id TYPE bigint;
CREATE TABLE orders (id int, customer bigint REFERENCES customers);`,
    });
    const trial = await withBaseline(server, [customers], (session) => session.step(change, 'up'));
    expect(trial.problem).toBeNull();
    expect(trial.statements.map(({ line, locks, rewrites }) => ({ line, locks, rewrites }))).toEqual([
      { line: 1, locks: [{ relation: 'public.customers', mode: 'AccessExclusiveLock' }], rewrites: [] },
      { line: 2, locks: [], rewrites: ['public.customers'] },
      { line: 3, locks: [], rewrites: [] },
    ]);
    expect(trial.statements.every(({ durationMs }) => durationMs !== null && durationMs >= 0)).toBe(true);
  });

  it('shows what it changed in the schema', async () => {
    const change = await migration({ name: '2_note', up: 'ALTER TABLE customers ADD COLUMN note text;' });
    const diff = await withBaseline(server, [customers], async (session) => {
      await session.step(change, 'up');
      return session.schemaDiff();
    });
    expect(diff).toEqual([
      {
        kind: 'table',
        name: 'public.customers',
        change: 'changed',
        before: `CREATE TABLE public.customers (
  id integer NOT NULL,
  name text,
  CONSTRAINT customers_pkey PRIMARY KEY (id)
);`,
        after: `CREATE TABLE public.customers (
  id integer NOT NULL,
  name text,
  note text,
  CONSTRAINT customers_pkey PRIMARY KEY (id)
);`,
      },
    ]);
  });

  it("answers with PostgreSQL's own words and the line where a statement fails, and leaves nothing of it", async () => {
    const broken = await migration({
      name: '2_broken',
      up: 'CREATE TABLE made (id int);\nSELECT 1;\nALTER TABLE custmers ADD COLUMN note text;\nSELECT 2;',
    });
    await withBaseline(server, [customers], async (session) => {
      const { problem, statements } = await session.step(broken, 'up');
      expect(problem).toEqual({
        code: 'dry-run-up',
        migration: '2_broken',
        path: 'migrations/2_broken.sql',
        line: 3,
        message: 'Running it failed on the shadow: relation "custmers" does not exist.',
        detail: 'ERROR: relation "custmers" does not exist (SQLSTATE 42P01)',
      });
      expect(statements.map(({ durationMs }) => durationMs === null)).toEqual([false, false, false, true]);
      expect(await session.schemaDiff()).toEqual([]);
    });
  });

  it('runs a script without a transaction statement by statement', async () => {
    const index = await migration({
      name: '2_index',
      up: 'CREATE INDEX CONCURRENTLY by_name ON customers (name); ALTER TABLE customers ADD COLUMN a int;',
      down: 'DROP INDEX CONCURRENTLY by_name; ALTER TABLE customers DROP COLUMN a;',
      transaction: false,
    });
    await withBaseline(server, [customers], async (session) => {
      const up = await session.step(index, 'up');
      expect(up.problem).toBeNull();
      expect(up.statements.map(({ locks }) => locks)).toEqual([
        [{ relation: 'public.customers', mode: 'ShareUpdateExclusiveLock' }],
        [{ relation: 'public.customers', mode: 'AccessExclusiveLock' }],
      ]);
      const { reversibility, problems } = await session.prove([index]);
      expect(problems).toEqual([]);
      expect(reversibility.map(({ verdict }) => verdict)).toEqual(['proven']);
    });
  });

  it('names a dropped table by the name that others knew', async () => {
    const drop = await migration({
      name: '2_drop',
      up: 'ALTER TABLE customers RENAME TO people; DROP TABLE people;',
    });
    const trial = await withBaseline(server, [customers], (session) => session.step(drop, 'up'));
    expect(trial.statements.map(({ locks }) => locks)).toEqual([
      [{ relation: 'public.customers', mode: 'AccessExclusiveLock' }],
      [],
    ]);
  });

  it('does not take TRUNCATE for a rewrite', async () => {
    const empty = await migration({ name: '2_empty', up: 'TRUNCATE customers;' });
    const trial = await withBaseline(server, [customers], (session) => session.step(empty, 'up'));
    expect(trial.statements[0]?.rewrites).toEqual([]);
  });
});
