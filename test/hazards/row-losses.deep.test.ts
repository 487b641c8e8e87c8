import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextMigration, outsideTransaction } from '../../src/hazards/rule.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { openTestShadow } from '../shadow/bench.ts';
import { rowLossesOf } from './scene.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

const orders = 'public.orders';
const lost: readonly (readonly [what: string, sql: string, said: RegExp, tables: readonly string[]])[] = [
  [
    'DELETE … WHERE',
    `DELETE FROM orders WHERE note = 'x'`,
    /^DELETE takes those rows of `orders` away/,
    [orders],
  ],
  [
    'UPDATE',
    'UPDATE orders SET total = 0, note = NULL',
    /^UPDATE writes over `total`, `note` in every row of/,
    [orders],
  ],
  [
    'UPDATE … WHERE',
    'UPDATE orders SET total = 0 WHERE id > 1',
    /`total` in those rows that its WHERE names/,
    [orders],
  ],
  [
    'UPDATE of several at once',
    'UPDATE orders SET (total, note) = (1, NULL)',
    /writes over `total`, `note`/,
    [orders],
  ],
  [
    'both in a CTE, and in another schema',
    `WITH gone AS (DELETE FROM archive.orders_2019 WHERE id = 1 RETURNING id)
     UPDATE orders SET total = 0 WHERE id IN (SELECT id FROM gone)`,
    /`archive\.orders_2019` away[^]*`total`|`total`[^]*`archive\.orders_2019` away/,
    ['archive.orders_2019', orders],
  ],
  [
    'ON CONFLICT DO UPDATE',
    `INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = 'x'`,
    /^INSERT … ON CONFLICT DO UPDATE writes over `note` in rows that are there already/,
    [orders],
  ],
  [
    'MERGE',
    `MERGE INTO orders o USING customers c ON o.customer_id = c.id
     WHEN MATCHED AND c.email IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET email = c.email`,
    /MERGE takes those rows of `orders` away[^]*MERGE writes over `email`/,
    [orders],
  ],
  [
    'a column that is filled, and named as another from then on',
    `ALTER TABLE orders ADD COLUMN kind text;
     ALTER TABLE orders RENAME COLUMN kind TO sort;
     ALTER TABLE orders RENAME COLUMN note TO kind;
     UPDATE orders SET kind = 'x'`,
    /`kind` in every row/,
    [orders],
  ],
  [
    'a column that may have been there',
    `ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text; UPDATE orders SET note = 'x'`,
    /`note` in every row/,
    [orders],
  ],
  [
    'a narrower number',
    'ALTER TABLE customers ALTER COLUMN id TYPE int',
    /^Changing `customers\.id` from `int8` to `int4`: a value that does not fit/,
    ['public.customers'],
  ],
  [
    'a shorter text, outside a transaction',
    `${outsideTransaction}\nALTER TABLE orders ALTER code TYPE varchar(10) USING code::varchar(10)`,
    /from `varchar\(20\)` to `varchar\(10\)`/,
    [orders],
  ],
  [
    'a narrower type by way of a wider one',
    `ALTER TABLE orders ALTER total TYPE numeric;\n${nextMigration}\nALTER TABLE orders ALTER total TYPE bigint`,
    /^Changing `orders\.total` from `numeric` to `int8`/,
    [orders],
  ],
  [
    'an expression of its own',
    `ALTER TABLE orders ALTER total TYPE bigint USING length(note)`,
    /from `int4` to `int8`: what its USING does not keep is gone/,
    [orders],
  ],
  [
    'a cast to another than the column’s type',
    `ALTER TABLE orders ALTER note TYPE text USING note::varchar(3)`,
    /to `text`: what its USING/,
    [orders],
  ],
  [
    'a type that nobody knows',
    `CREATE TYPE mood AS ENUM ('fine'); ALTER TABLE orders ALTER note TYPE mood USING note::mood`,
    /from `text` to `mood`/,
    [orders],
  ],
];

describe('what a statement takes from rows', () => {
  it.each(lost)('is seen of %s', async (_, sql, said, tables) => {
    const losses = await rowLossesOf(server, `${sql};`);
    expect(losses.sentences.join('\n')).toMatch(said);
    expect([...losses.tables].sort()).toEqual([...tables].sort());
  });

  it.each([
    ['DELETE without WHERE', 'DELETE FROM orders', [orders]],
    ['TRUNCATE', 'TRUNCATE orders, events', ['public.events', orders]],
  ])('is left to a hazard to say of %s', async (_, sql, tables) => {
    const losses = await rowLossesOf(server, `${sql};`);
    expect({ ...losses, tables: [...losses.tables].sort() }).toEqual({ sentences: [], tables });
  });

  it.each([
    ['INSERT', `INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING`],
    ['a read', 'SELECT FROM orders FOR UPDATE'],
    [
      'a table of the plan’s own',
      'CREATE TABLE kept AS TABLE orders; DELETE FROM kept WHERE id = 1; UPDATE kept SET id = 0',
    ],
    ['a temporary table', 'CREATE TEMP TABLE batch AS TABLE orders; DELETE FROM batch WHERE id = 1'],
    [
      'a column that the plan brings back',
      `ALTER TABLE orders ADD COLUMN kind text; UPDATE orders SET kind = lower(note)`,
    ],
    [
      'the same in a later migration',
      `ALTER TABLE orders ADD COLUMN kind text;\n${nextMigration}\nUPDATE public.orders SET kind = note; ALTER TABLE orders ALTER kind TYPE varchar(1)`,
    ],
    [
      'what a function would do',
      'CREATE FUNCTION purge() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM orders WHERE id = 1; END',
    ],
    ['a wider number', 'ALTER TABLE orders ALTER COLUMN total TYPE bigint USING total::bigint'],
    ['a longer text', 'ALTER TABLE orders ALTER code TYPE varchar(30), ALTER note TYPE varchar USING note'],
  ])('is nothing of %s', async (_, sql) => {
    expect(await rowLossesOf(server, `${sql};`)).toEqual({ sentences: [], tables: [] });
  });
});
