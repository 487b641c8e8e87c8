import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultMigrationSettings as settings } from '../../src/domain/migration.ts';
import { catalogIn } from '../../src/shadow/catalog/kept-catalog.ts';
import { readCatalog } from '../../src/shadow/catalog/read-catalog.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { migration, openTestShadow, withBaseline } from './bench.ts';
import { compiledBaseline } from '../../src/shadow/baseline-request.ts';
import type { Clone } from '../../src/shadow/clone.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

/** Works with the first copy of a baseline. */
async function inCopy(ups: readonly string[], work: (clone: Clone) => Promise<void>): Promise<void> {
  const own = await Promise.all(ups.map((up, at) => migration({ name: `${at}_own`, up })));
  const template = await server.baselines.take({ ...compiledBaseline(own), settings, roles: [] });
  const clone = await server.clones.take(template);
  try {
    await work(clone);
  } finally {
    server.clones.discard(clone);
  }
}

const unseen = (): string => `CREATE TABLE "t ${randomUUID()}" (id int PRIMARY KEY, name text DEFAULT 'x');`;
const others = `CREATE TYPE mood AS ENUM ('fine'); CREATE VIEW v AS SELECT 1 AS one;`;
const planted = `SELECT lo_from_bytea(7001, convert_to('{"reader":"x"}', 'UTF8'));`;

describe('the catalog that lies in a baseline', () => {
  it('is what a copy would be read as, also where the baseline was built upon another', async () => {
    const first = unseen();
    for (const ups of [[first], [first, unseen(), others]]) {
      await inCopy(ups, async ({ kept, observer }) => {
        const read = await readCatalog(observer, settings);
        expect(read.relations.size).toBeGreaterThan(ups.length);
        expect(kept === null ? null : catalogIn(kept)).toEqual(read);
      });
    }
  });

  it('is not taken from where a migration put something', async () => {
    await inCopy([unseen(), planted], ({ kept }) => {
      expect(kept).toBeNull();
      return Promise.resolve();
    });
  });

  it('is met by no migration, in the history or after it', async () => {
    const first = { name: '1_own', up: unseen() };
    await withBaseline(server, [first], () => Promise.resolve());
    await withBaseline(server, [first, { name: '2_own', up: planted }], () => Promise.resolve());
    for (const time of ['first', 'with a copy made ready before']) {
      await withBaseline(server, [first], async (session) => {
        const trial = await session.step(await migration({ name: '2_try', up: planted }), 'up');
        expect(trial.problem, time).toBeNull();
      });
    }
  });
});
