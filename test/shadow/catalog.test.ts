import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { diffSnapshots } from '../../src/shadow/catalog/diff.ts';
import { objectsIn, snapshotOf, type CatalogSnapshot } from '../../src/shadow/catalog/catalog.ts';
import { prepareReader, readCatalog } from '../../src/shadow/catalog/read-catalog.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { changes, start } from './catalog-changes.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase('catalog');
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(start);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function look(): Promise<CatalogSnapshot> {
  await prepareReader(client);
  return snapshotOf(await readCatalog(client, defaultMigrationSettings));
}

/** What a change shows, in a transaction that is then taken back. */
async function seen(sql: string) {
  await client.query('BEGIN; SET LOCAL search_path TO public');
  try {
    const before = await look();
    await client.query(`SET LOCAL search_path TO public; ${sql}`);
    return diffSnapshots(before, await look());
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('the catalog snapshot', () => {
  it.each(changes)('sees %s', async (sql, kinds) => {
    const found = new Set((await seen(sql)).map(({ kind }) => kind));
    for (const kind of kinds) expect(found).toContain(kind);
  });

  it.each([
    ['rows', `INSERT INTO t VALUES (1, 'a', 1, 1)`],
    ['temporary tables', 'CREATE TEMP TABLE scratch (id int)'],
    ["node-pg-migrate's own table", 'CREATE TABLE pgmigrations (id serial PRIMARY KEY, name text)'],
    ["Tidegate's own schema", 'CREATE SCHEMA tidegate; CREATE TABLE tidegate.ledger (id int)'],
    ['a sequence that counts on', `SELECT nextval('s')`],
    ['statistics', 'ANALYZE t'],
    ['a grant that says what holds anyway', 'GRANT ALL ON t TO CURRENT_USER'],
  ])('does not see %s', async (_what, sql) => {
    expect(await seen(sql)).toEqual([]);
  });

  it('reads as DDL', async () => {
    await client.query('SET search_path TO public');
    const text = [...objectsIn(await look()).values()]
      .toSorted((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1))
      .map(({ kind, name, definition }) => `-- ${kind} ${name}\n${definition}\n`);
    // Until version 16 PostgreSQL writes the table before every column of a view.
    const written = text.join('\n').replaceAll('SELECT t.id', 'SELECT id');
    await expect(written).toMatchFileSnapshot('golden/catalog.sql');
  });
});
