import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogFingerprintSql } from '../../src/database/target/catalog-fingerprint.ts';
import { start } from '../shadow/catalog-changes.ts';
import { createDatabase, databaseUrl, withClient, type TestDatabase } from '../support/postgres.ts';
import { openBench, type Bench } from './mend.ts';
import { singleChanges } from './single-changes.ts';

describe('one change of a schema', () => {
  let bench: Bench;
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    bench = await openBench(['drift_super']);
    await withClient(databaseUrl('postgres'), (admin) => admin.query('ALTER ROLE drift_super SUPERUSER'));
    database = await createDatabase('single');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
    await bench[Symbol.asyncDispose]();
  });

  const fingerprint = async () => {
    await client.query('SET LOCAL search_path TO pg_catalog');
    const { rows } = await client.query<{ fingerprint: string }>(catalogFingerprintSql);
    await client.query('SET LOCAL search_path TO public');
    return rows[0]?.fingerprint;
  };

  it.each(singleChanges)(
    'is seen, and written as DDL there and back or named: $before $sql',
    async ({ before, sql, kinds, left, leftBack }) => {
      const base = `${start}${before}`;
      const { changes, there, back } = await bench.mend(base, `${base};${sql}`);
      const named = (all: readonly { kind: string; name: string }[]) =>
        all.map(({ kind, name }) => `${kind} ${name}`);
      for (const kind of kinds) expect(changes.map((change) => change.kind)).toContain(kind);
      expect([named(there.left), named(back.left)]).toEqual([left, leftBack]);
      expect(JSON.stringify([changes, there, back])).not.toContain('geheim');
      await client.query(`BEGIN; SET LOCAL search_path TO public; ${base}`);
      try {
        const unchanged = await fingerprint();
        // A transaction of its own, by which its rows are told from those before it.
        await client.query(`SAVEPOINT change; ${sql}`);
        expect(await fingerprint()).not.toBe(unchanged);
      } finally {
        await client.query('ROLLBACK');
      }
    },
  );
});
