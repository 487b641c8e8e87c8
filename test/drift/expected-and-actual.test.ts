import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { tracesOf } from '../../src/jobs/drift/traces.ts';
import { snapshotOf, type CatalogSnapshot } from '../../src/shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../src/shadow/catalog/diff.ts';
import { readCatalogOf } from '../../src/shadow/catalog/read-catalog.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { openTestShadow, withBaseline } from '../shadow/bench.ts';
import { createDatabase, databaseUrl, withClient, type TestDatabase } from '../support/postgres.ts';

const made = `
CREATE SCHEMA shop;
CREATE TABLE shop.items (id int PRIMARY KEY, name text NOT NULL, owner text DEFAULT CURRENT_USER) WITH (fillfactor = 70, autovacuum_enabled = false);
CREATE VIEW shop.names AS SELECT name FROM shop.items;
CREATE FUNCTION shop.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION shop.one() FROM PUBLIC;
ALTER TABLE shop.items ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON shop.items TO CURRENT_USER USING (true);
CREATE POLICY theirs ON shop.items TO READER, CURRENT_USER USING (owner = CURRENT_USER);
GRANT SELECT ON shop.items TO READER;
GRANT UPDATE (name) ON shop.items TO READER WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO READER;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TYPE shop.mood AS ENUM ('ok');
COMMENT ON TABLE shop.items IS 'things';
`;

/** A target belongs to a role of the application's, which is no superuser, and on a shadow all is one role's. */
describe('the schema of a target beside the one of its shadow', () => {
  const chance = randomBytes(4).toString('hex');
  const [app, reader] = [`app_${chance}`, `reader_${chance}`];
  const sql = made.replaceAll('READER', reader);
  let shadow: ShadowServer;
  let target: TestDatabase;
  let expected: CatalogSnapshot;

  beforeAll(async () => {
    shadow = await openTestShadow();
    target = await createDatabase('drifting');
    await withClient(databaseUrl('postgres'), (client) =>
      client.query(
        `CREATE ROLE ${app} LOGIN; CREATE ROLE ${reader}; ALTER DATABASE ${target.name} OWNER TO ${app}`,
      ),
    );
    await withClient(target.url, (client) =>
      client.query(
        `SET ROLE ${app}; CREATE TABLE pgmigrations (id serial PRIMARY KEY, name text, run_on timestamp); ${sql}`,
      ),
    );
    expected = await withBaseline(
      shadow,
      [{ name: '1_shop', up: sql }],
      (session) => Promise.resolve(session.schema()),
      {
        roles: [reader],
      },
    );
  });
  afterAll(async () => {
    await shadow.close();
    await target.drop();
    await withClient(databaseUrl('postgres'), (client) => client.query(`DROP ROLE ${app}`));
  });

  const ask =
    (client: pg.Client) =>
    async <Row extends object>(text: string, values: readonly unknown[]) => {
      const { rows } = await client.query(text, [...values]);
      return rows as readonly Row[];
    };
  const differences = () =>
    withClient(target.url, async (client) => {
      await client.query('SET search_path TO pg_catalog');
      const catalog = await readCatalogOf(ask(client), defaultMigrationSettings, [app, 'pg_database_owner']);
      return diffSnapshots(expected, snapshotOf(catalog));
    });

  it('is the same', async () => {
    expect(await differences()).toEqual([]);
  });

  it('shows what somebody else owns, and says whose it is', async () => {
    await withClient(target.url, (client) => client.query('CREATE TABLE shop.by_hand (id int)'));
    const [change, ...more] = await differences();
    expect(more.map(({ kind, name }) => `${kind} ${name}`)).toEqual([]);
    expect(change?.after).toMatch(/CREATE TABLE shop\.by_hand[^]*OWNER TO postgres;/);
    const traces = await withClient(target.url, (client) =>
      tracesOf(
        { ask: ask(client), attempt: ask(client), owners: [app] },
        change === undefined ? [] : [change],
      ),
    );
    expect(traces).toEqual([{ object: 'shop.by_hand', at: null, owner: 'postgres', seen: [] }]);
    await withClient(target.url, (client) => client.query('DROP TABLE shop.by_hand'));
  });

  it.each([
    [`GRANT DELETE ON shop.items TO ${reader}`, 'grants'],
    [
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${app} IN SCHEMA shop GRANT INSERT ON TABLES TO ${reader}`,
      'default privileges',
    ],
    [`ALTER POLICY mine ON shop.items TO ${reader}`, 'policy'],
  ])('shows %s', async (statement, kind) => {
    await withClient(target.url, async (client) => {
      await client.query(`SET ROLE ${app}; BEGIN; ${statement}; SET LOCAL search_path TO pg_catalog`);
      const catalog = await readCatalogOf(ask(client), defaultMigrationSettings, [app, 'pg_database_owner']);
      expect(diffSnapshots(expected, snapshotOf(catalog)).map((change) => change.kind)).toEqual([kind]);
      await client.query('ROLLBACK');
    });
  });
});
