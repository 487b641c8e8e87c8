import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultMigrationSettings as settings } from '../../src/domain/migration.ts';
import { readKeptCatalog } from '../../src/shadow/catalog/kept-catalog.ts';
import { prepareReader, readCatalog } from '../../src/shadow/catalog/read-catalog.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { withClient } from '../support/postgres.ts';
import { migration, openTestShadow, withBaseline } from './bench.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

/** Asks in a copy of a baseline, as the administrator. */
async function inCopy<T>(ups: readonly string[], ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const own = ups.map((up, at) => ({ name: `${at}_own`, up }));
  return withBaseline(server, own, async (session) => {
    const [row] = await session.ask('SELECT current_database() AS name');
    return withClient(server.adminUrl(String(row?.['name'])), async (client) => {
      await prepareReader(client);
      return ask(client);
    });
  });
}

const unseen = (): string => `CREATE TABLE "t ${randomUUID()}" (id int PRIMARY KEY, name text DEFAULT 'x');`;
const others = `CREATE TYPE mood AS ENUM ('fine'); CREATE VIEW v AS SELECT 1 AS one;`;

describe('the catalog that lies in a baseline', () => {
  it('is what a copy would be read as, also where the baseline was built upon another', async () => {
    const first = unseen();
    for (const ups of [[first], [first, unseen(), others]]) {
      await inCopy(ups, async (client) => {
        const read = await readCatalog(client, settings);
        expect(read.relations.size).toBeGreaterThan(ups.length);
        await client.query('BEGIN; CREATE SCHEMA "is not read"');
        expect(await readKeptCatalog(client, settings)).toEqual(read);
      });
    }
  });

  it('is not taken from where a migration put something', async () => {
    const taken = `SELECT lo_from_bytea(7001, convert_to('{"reader":"x"}', 'UTF8'));`;
    await inCopy([unseen(), taken], async (client) => {
      expect(await readKeptCatalog(client, settings)).toEqual(await readCatalog(client, settings));
    });
  });

  it('cannot be read, written, owned or dropped by a migration', async () => {
    await withBaseline(server, [{ name: '1_own', up: unseen() }], async (session) => {
      for (const sql of [
        'SELECT lo_get(7001)',
        `SELECT lo_put(7001, 0, 'x')`,
        'SELECT lo_unlink(7001)',
        'ALTER LARGE OBJECT 7001 OWNER TO base_owner',
        'GRANT SELECT ON LARGE OBJECT 7001 TO PUBLIC',
      ]) {
        const trial = await session.step(await migration({ name: '2_try', up: `${sql};` }), 'up');
        expect(trial.problem?.detail ?? '', sql).toMatch(/42501/);
      }
    });
  });
});
