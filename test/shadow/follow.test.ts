import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { defaultMigrationSettings as settings } from '../../src/domain/migration.ts';
import { relationIn, snapshotOf, type Catalog } from '../../src/shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../src/shadow/catalog/diff.ts';
import { followCatalog } from '../../src/shadow/catalog/follow.ts';
import { prepareReader, readCatalog } from '../../src/shadow/catalog/read-catalog.ts';
import { followGiven } from '../../src/shadow/given-extensions.ts';
import { defaultLimits, openLogin, planConnection } from '../../src/shadow/plan-connection.ts';
import { runScript } from '../../src/shadow/run-script.ts';
import { createDatabase, databaseUrl, withClient, type TestDatabase } from '../support/postgres.ts';
import { migration } from './bench.ts';
import { changes, start } from './catalog-changes.ts';

const more = `
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE dependent (id int PRIMARY KEY, parent_id int REFERENCES parent);
CREATE FUNCTION grants() RETURNS int LANGUAGE plpgsql AS $$ BEGIN GRANT SELECT ON t TO PUBLIC; RETURN 1; END $$;
CREATE FUNCTION deferred() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE p0 ADD by_trigger int; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON dependent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deferred();
ALTER TABLE t ADD COLUMN u e;
`;

/** What names a relation in somebody else's definition, or takes no lock on it, or hides in code. */
const sly: readonly string[] = [
  'ALTER TYPE e RENAME TO enumeration',
  'ALTER TABLE t RENAME TO things',
  'ALTER TABLE t RENAME COLUMN name TO title',
  'ALTER SCHEMA public RENAME TO app',
  'ALTER TABLE t SET SCHEMA other',
  'SELECT grants()',
  'DO $$ BEGIN GRANT UPDATE (name) ON t TO PUBLIC; END $$',
  'DO $$ BEGIN BEGIN ALTER TABLE t ADD inner_block int; EXCEPTION WHEN others THEN NULL; END; END $$',
  'DO $$ BEGIN CREATE DOMAIN hidden AS int; END $$',
  'ALTER DOMAIN d DROP CONSTRAINT d_check',
  'ALTER DOMAIN d ADD CONSTRAINT more CHECK (VALUE < 100)',
  'INSERT INTO dependent VALUES (1)',
  'ALTER INDEX i SET (fillfactor = 60)',
  'ALTER SEQUENCE s OWNED BY t.n',
  'ALTER TABLE t ALTER n TYPE bigint',
  'DROP TABLE t CASCADE',
  'DROP TYPE e CASCADE',
  'COMMENT ON COLUMN t.name IS NULL',
  "COMMENT ON FUNCTION f(int) IS 'doubles'",
  'CREATE TABLE made (a int); DROP TABLE made; CREATE TABLE made (b int)',
  'SAVEPOINT one; ALTER TABLE t ADD one int; ROLLBACK TO SAVEPOINT one; ALTER TABLE t ADD two int',
  'ALTER POLICY po ON t RENAME TO policy',
  'ALTER TRIGGER tr ON t RENAME TO trigger',
  'ALTER STATISTICS st SET STATISTICS 100',
  "ALTER TABLE p ATTACH PARTITION p0 FOR VALUES FROM (DATE '2025-01-01') TO (DATE '2025-02-01')",
];

/** What most migrations do: of these only the changed relations are read. */
const plain: readonly string[] = [
  'ALTER TABLE t ADD a int',
  'ALTER TABLE t DROP other',
  'CREATE TABLE made (id int PRIMARY KEY, name text NOT NULL, t_id int REFERENCES t)',
  'CREATE INDEX made ON t (n)',
  'DROP INDEX i',
  'DROP TABLE dependent',
  'ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0)',
  'ALTER TABLE t DROP CONSTRAINT t_n_check',
  'ALTER TABLE dependent ADD FOREIGN KEY (id) REFERENCES parent',
  'CREATE TRIGGER other BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf()',
  'CREATE VIEW w AS SELECT id FROM t',
  'INSERT INTO t (id) VALUES (7)',
  'GRANT SELECT ON t TO PUBLIC',
];

let template: TestDatabase;
let catalog: Catalog;
let admin: pg.Pool;
beforeAll(async () => {
  template = await createDatabase('follow');
  await withClient(template.url, async (client) => {
    await client.query(`CREATE SCHEMA other; ${start}; CREATE TABLE p0 (id int, at date); ${more}`);
    await prepareReader(client);
    catalog = await readCatalog(client, settings);
  });
  admin = new pg.Pool({ connectionString: databaseUrl('postgres'), max: 2 });
});
afterAll(async () => {
  await admin.end();
  await template.drop();
});

/** Runs a change on a copy of the template, and reads the catalog both ways. */
async function afterwards(sql: string) {
  const name = `${template.name}_copy`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template.name} STRATEGY file_copy`);
  onTestFinished(async () => {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });
  const login = await openLogin(databaseUrl(name), name);
  const observer = new pg.Client({ connectionString: databaseUrl(name) });
  observer.on('error', () => undefined);
  await observer.connect();
  await prepareReader(observer);
  const connection = planConnection(login, { admin, limits: defaultLimits, signal: undefined });
  const given = followGiven([], observer, () => Promise.resolve([]));
  const bench = { connection, observer, system: [...catalog.system.keys()], given };
  const before = snapshotOf(catalog);
  const known = { get: (oid: string) => relationIn(before, oid) };
  const change = await migration({ name: '1_change', up: sql });
  const { touch, problem } = await runScript(bench, change, change.up, 'up', known);
  const followed = await followCatalog(observer, settings, before, touch);
  const whole = snapshotOf(await readCatalog(observer, settings));
  await Promise.all([connection.close(), observer.end()]);
  expect(problem).toBeNull();
  return { before, followed, whole };
}

describe('a catalog that is followed', () => {
  const inOneTransaction = changes.map(([sql]) => sql).filter((sql) => !/VACUUM|CONCURRENTLY/.test(sql));

  it.each([...inOneTransaction, ...sly, ...plain])(
    'shows as much as one that is read whole: %s',
    async (sql) => {
      const { before, followed, whole } = await afterwards(sql);
      expect(diffSnapshots(before, followed)).toEqual(diffSnapshots(before, whole));
      expect(diffSnapshots(followed, whole)).toEqual([]);
    },
  );

  it.each(plain)('is read only where it changed: %s', async (sql) => {
    const { followed } = await afterwards(sql);
    expect(followed.catalog).toBe(catalog);
  });
});
