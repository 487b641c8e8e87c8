import pg from 'pg';
import { expect } from 'vitest';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import type { SchemaChange } from '../../src/domain/schema-diff.ts';
import { statementsBetween } from '../../src/drift/statements-between.ts';
import { objectsIn, snapshotOf, type CatalogSnapshot } from '../../src/shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../src/shadow/catalog/diff.ts';
import { prepareReader, readCatalog } from '../../src/shadow/catalog/read-catalog.ts';
import { createDatabase } from '../support/postgres.ts';

/** Two databases, in which schemas are made and taken back with a transaction. */
export interface Bench {
  /** Makes each schema, turns each into the other, and gives what differed, and was left on the ways there and back. */
  mend(
    one: string,
    other: string,
  ): Promise<{ readonly changes: readonly SchemaChange[]; readonly there: Way; readonly back: Way }>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Way {
  readonly statements: readonly string[];
  readonly left: readonly SchemaChange[];
}

/** `roles`: made for all the server, and dropped with the bench. */
export async function openBench(roles: readonly string[] = []): Promise<Bench> {
  const databases = [await createDatabase('drift'), await createDatabase('drift')] as const;
  const clients = databases.map(({ url }) => new pg.Client({ connectionString: url }));
  for (const client of clients) await client.connect();
  const [left, right] = clients;
  if (left === undefined || right === undefined) throw new Error('Two clients were expected.');
  for (const role of roles) await left.query(`CREATE ROLE ${role}`);
  return {
    mend: async (one, other) => {
      try {
        const [before, after] = [await make(left, one), await make(right, other)];
        const there = await turn(left, before, after);
        const back = await turn(right, after, before);
        return { changes: diffSnapshots(before, after), there, back };
      } finally {
        for (const client of clients) await client.query('ROLLBACK');
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const role of roles) await left.query(`DROP ROLE ${role}`);
      for (const client of clients) await client.end();
      for (const database of databases) await database.drop();
    },
  };
}

async function make(client: pg.Client, sql: string): Promise<CatalogSnapshot> {
  await client.query('BEGIN; SET LOCAL search_path TO public');
  await client.query(sql);
  return look(client);
}

async function look(client: pg.Client): Promise<CatalogSnapshot> {
  await prepareReader(client);
  const snapshot = snapshotOf(await readCatalog(client, defaultMigrationSettings));
  await client.query('SET LOCAL search_path TO public');
  return snapshot;
}

/** Runs the statements; what differs then has to be what is said to be left, and nothing else. */
async function turn(client: pg.Client, from: CatalogSnapshot, to: CatalogSnapshot): Promise<Way> {
  const { statements, left } = statementsBetween(diffSnapshots(from, to), [...objectsIn(from).values()]);
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      const all = statements.map((one) => (one === statement ? `>>> ${one}` : one)).join(';\n');
      throw new Error(`${String(error)} in\n${all}`, { cause: error });
    }
  }
  const differing = diffSnapshots(await look(client), to);
  expect(differing, statements.join(';\n')).toEqual(left);
  return { statements, left };
}
