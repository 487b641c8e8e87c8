import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTargets } from '../../src/database/target/targets.ts';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { environmentId } from '../../src/domain/repository.ts';
import { tracesOf } from '../../src/jobs/drift/traces.ts';
import type { Targets } from '../../src/ports/target.ts';
import { snapshotOf, objectsIn } from '../../src/shadow/catalog/catalog.ts';
import { readCatalogOf } from '../../src/shadow/catalog/read-catalog.ts';
import { silent } from '../shadow/bench.ts';
import { createDatabase, databaseUrl, withClient, type TestDatabase } from '../support/postgres.ts';

const key = { repositoryId: 1, environment: 'prod' };
const made = `
CREATE TABLE pgmigrations (id serial PRIMARY KEY, name text, run_on timestamp);
CREATE SCHEMA hidden; REVOKE ALL ON SCHEMA hidden FROM PUBLIC;
CREATE TABLE hidden.items (id int PRIMARY KEY, name text DEFAULT upper('x'), n int GENERATED ALWAYS AS (id + 1) STORED);
CREATE INDEX by_name ON hidden.items (lower(name)) WHERE id > 1;
CREATE VIEW hidden.names AS SELECT name FROM hidden.items;
CREATE FUNCTION hidden.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE POLICY mine ON hidden.items USING (id > 1);
`;

describe('a look at a database', () => {
  const reader = `reader_${randomBytes(4).toString('hex')}`;
  let target: TestDatabase;

  beforeAll(async () => {
    target = await createDatabase('unlucky');
    await withClient(target.url, (client) =>
      client.query(
        `${made} CREATE ROLE ${reader} LOGIN PASSWORD 'geheim-1'; GRANT SELECT ON pgmigrations TO ${reader}`,
      ),
    );
  });
  afterAll(async () => {
    await target.drop();
    await withClient(databaseUrl('postgres'), (client) => client.query(`DROP ROLE ${reader}`));
  });

  const targetsOf = (readUrl: string | null): Targets => {
    const address = { url: () => Promise.resolve(target.url), readUrl: () => Promise.resolve(readUrl) };
    return createTargets(new Map([[environmentId(key), address]]), {
      log: silent,
      wait: (milliseconds) => sleep(milliseconds),
      random: Math.random,
      path: process.env['PATH'],
    });
  };
  const asReader = () => {
    const url = new URL(target.url);
    [url.username, url.password] = [reader, 'geheim-1'];
    return url.href;
  };
  const objectsBy = (targets: Targets) =>
    targets.look(key, defaultMigrationSettings, async (view) => {
      const catalog = await readCatalogOf((sql, values) => view.ask(sql, values), defaultMigrationSettings, [
        'postgres',
      ]);
      const objects = [...objectsIn(snapshotOf(catalog)).values()];
      const changes = objects.map(({ kind, name, definition }) => ({
        kind,
        name,
        change: 'added' as const,
        before: null,
        after: definition,
      }));
      return { objects, traces: await tracesOf(view, changes) };
    });

  it('sees all of a schema that its role may not use', async () => {
    const { objects } = await objectsBy(targetsOf(null));
    const seen = await objectsBy(targetsOf(asReader()));
    expect(objects.map(({ name }) => name)).toContain('hidden.names');
    expect(seen.objects).toEqual(objects);
  });

  it('does not wait for somebody’s transaction, and says whose', async () => {
    const other = new pg.Client({ connectionString: target.url });
    await other.connect();
    try {
      await other.query('BEGIN; ALTER TABLE hidden.items ADD COLUMN more int');
      const before = performance.now();
      await expect(objectsBy(targetsOf(null))).rejects.toThrow(/is held by a transaction/);
      expect(performance.now() - before).toBeLessThan(10_000);
    } finally {
      await other.end();
    }
    await objectsBy(targetsOf(null));
  });
});
