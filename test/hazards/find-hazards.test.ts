import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanStep } from '../../src/domain/plan.ts';
import { findHazards } from '../../src/hazards/find-hazards.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { nextMigration, outsideTransaction } from '../../src/hazards/rule.ts';
import { openTestShadow } from '../shadow/bench.ts';
import { hazardsOf, today } from './scene.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

async function rulesIn(sql: string): Promise<readonly string[]> {
  return (await hazardsOf(server, sql)).map(({ rule }) => rule);
}

const harmless: Readonly<Record<string, string>> = {
  'an index, constraints, and a fill of a table that the migration makes': `CREATE TABLE invoices (id bigint, order_id bigint, total integer);
CREATE INDEX ON invoices (order_id);
ALTER TABLE invoices ADD PRIMARY KEY (id);
ALTER TABLE invoices ADD FOREIGN KEY (order_id) REFERENCES orders (id);
ALTER TABLE invoices ALTER COLUMN total SET NOT NULL;
ALTER TABLE invoices ALTER COLUMN total TYPE bigint;
UPDATE invoices SET total = 0;
ALTER TABLE invoices RENAME TO bills;
DROP TABLE bills;`,
  'the same in a later migration': `CREATE TABLE invoices (id bigint);
${nextMigration}
ALTER TABLE invoices ADD PRIMARY KEY (id);
ALTER TABLE invoices ADD COLUMN token uuid DEFAULT gen_random_uuid();
${nextMigration}
DROP TABLE invoices;`,
  'a table that IF NOT EXISTS really made': `CREATE TABLE IF NOT EXISTS invoices (id bigint);
CREATE INDEX ON invoices (id);`,
  'a table outside a transaction': `${outsideTransaction}
CREATE TABLE invoices (id bigint);
CREATE INDEX ON invoices (id);`,
  'a temporary table': `CREATE TEMP TABLE batch AS SELECT id FROM orders;
DELETE FROM batch;`,
  'everything in a schema that the plan makes': `CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id bigint);
CREATE INDEX ON billing.invoices (id);
DROP SCHEMA billing CASCADE;`,
  'a column that may be empty': 'ALTER TABLE orders ADD COLUMN state text;',
  'a column with a constant default': "ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'open';",
  'a column with a stable default': 'ALTER TABLE orders ADD COLUMN seen timestamptz NOT NULL DEFAULT now();',
  'an empty column that refers to another table':
    'ALTER TABLE orders ADD COLUMN buyer bigint REFERENCES customers (id);',
  'a new trigger, view, comment and grant': `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW open_orders AS SELECT id FROM orders;
COMMENT ON TABLE orders IS 'One row an order';
GRANT SELECT ON orders TO PUBLIC;
DROP VIEW open_orders;
DROP TRIGGER orders_touch ON orders;`,
  'a constraint that is dropped': `ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;
ALTER TABLE orders DROP CONSTRAINT c;`,
  'a sequence that is set': `CREATE SEQUENCE numbers;
SELECT setval('numbers', 10);`,
};

const found: Readonly<Record<string, readonly [sql: string, rules: readonly string[]]>> = {
  'a table that IF NOT EXISTS found there': [
    'CREATE TABLE IF NOT EXISTS orders (id bigint);\nCREATE INDEX ON orders (id);',
    ['non-concurrent-index-build'],
  ],
  'a table of the same name in another schema': [
    `CREATE SCHEMA scratch;
SET search_path = scratch;
CREATE TABLE orders (id bigint);
SET search_path = public;
DROP INDEX orders_email_idx;
DELETE FROM orders;`,
    ['non-concurrent-index-drop', 'delete-without-where'],
  ],
  'the same over two migrations': [
    `CREATE SCHEMA scratch;
SET search_path = scratch;
CREATE TABLE orders (id bigint);
${nextMigration}
DELETE FROM orders;`,
    ['delete-without-where'],
  ],
  'an old table under a name that was new': [
    `CREATE TABLE fresh (id bigint);
ALTER TABLE fresh RENAME TO other;
ALTER TABLE orders RENAME TO fresh;
DELETE FROM fresh;`,
    ['rename-table', 'delete-without-where'],
  ],
  'an old table in a new schema': [
    'CREATE SCHEMA s;\nALTER TABLE orders SET SCHEMA s;\nDELETE FROM s.orders;',
    ['rename-table', 'delete-without-where'],
  ],
  'several in one ALTER TABLE': [
    'ALTER TABLE orders DROP COLUMN note, ADD CHECK (total > 0), ALTER COLUMN id TYPE numeric;',
    ['validated-check', 'type-change-rewrite', 'drop-column'],
  ],
  'a serial column': ['ALTER TABLE orders ADD COLUMN number bigserial;', ['add-column-rewrite']],
  'an identity column': [
    'ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;',
    ['add-column-rewrite'],
  ],
  'a stored generated column': [
    'ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (total * 2) STORED;',
    ['add-column-rewrite'],
  ],
  'a rewrite that no rule knows': [
    'ALTER TABLE orders SET UNLOGGED;',
    ['unexplained-lock', 'unexplained-lock'],
  ],
  'a CASCADE that reaches a column': [
    `CREATE TYPE state AS ENUM ('open');
ALTER TABLE orders ADD COLUMN state state;
${nextMigration}
DROP TYPE state CASCADE;`,
    ['unexplained-lock'],
  ],
  'a lock that a function takes': [
    `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE orders; END $$;
SELECT f();`,
    ['dynamic-sql', 'unexplained-lock'],
  ],
  'a DELETE inside a WITH': [
    'WITH gone AS (DELETE FROM events RETURNING id) SELECT count(*) FROM gone;',
    ['delete-without-where'],
  ],
  'a WHERE that is TRUE': ['UPDATE orders SET total = 1 WHERE true;', ['update-without-where']],
  CLUSTER: ['CLUSTER orders USING orders_pkey;', ['vacuum-full']],
  'TRUNCATE of several': ['TRUNCATE orders, events CASCADE;', ['truncate', 'truncate']],
};

describe('no hazard', () => {
  it.each(Object.entries(harmless))('is %s', async (_, sql) => {
    expect(await hazardsOf(server, sql)).toEqual([]);
  });
});

describe('a hazard', () => {
  it.each(Object.entries(found))('is %s', async (_, [sql, rules]) => {
    expect(await rulesIn(sql)).toEqual(rules);
  });

  it('is said once where the same sentence is about several statements', async () => {
    expect(await rulesIn('UPDATE orders SET total = 1;\nUPDATE orders SET total = 2;')).toEqual([
      'update-without-where',
    ]);
  });
});

describe('a plan of very many statements', () => {
  it('is looked through in seconds', async () => {
    const tables = Array.from({ length: 10_000 }, (_, index) => String(index));
    const statements = [
      ...tables.map((n) => ({
        sql: `CREATE TABLE t${n} (id bigint REFERENCES p${n})`,
        relation: `public.p${n}`,
      })),
      { sql: 'DELETE FROM p5', relation: 'public.p5' },
    ].map(({ sql, relation }, index) => ({
      sql,
      line: index + 1,
      durationMs: 1,
      locks: [{ relation, mode: 'ShareRowExclusiveLock' }],
      rewrites: [],
    }));
    const step: PlanStep = {
      migration: '0001_many',
      path: 'migrations/0001_many.sql',
      checksum: '',
      direction: 'up',
      transaction: true,
      statements,
      reverse: [],
      reverseTransaction: true,
    };
    const source = '-- a comment\n'.repeat(10_000);
    const started = performance.now();
    const hazards = await findHazards([step], today, new Map([['0001_many', source]]));
    expect(hazards.map(({ rule }) => rule)).toEqual(['delete-without-where', 'unexplained-lock']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
