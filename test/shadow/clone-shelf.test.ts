import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultMigrationSettings as settings } from '../../src/domain/migration.ts';
import type { Clone } from '../../src/shadow/clone.ts';
import { compiledBaseline } from '../../src/shadow/baseline-request.ts';
import { openShadowServer, type ShadowServer } from '../../src/shadow/shadow-server.ts';
import { databaseUrl, withClient } from '../support/postgres.ts';
import { migration, silent } from './bench.ts';

const spareClones = 2;
/** Of the databases that this server began to make, in order. */
const ids: string[] = [];
/** How far the server’s clock is ahead. */
let aheadMs = 0;

let server: ShadowServer;
beforeAll(async () => {
  const newId = (): string => {
    const id = randomUUID();
    ids.push(id);
    return id;
  };
  const now = (): Date => new Date(Date.now() + aheadMs);
  server = await openShadowServer({
    superuserUrl: databaseUrl('postgres'),
    newId,
    now,
    log: silent,
    spareClones,
  });
});
afterAll(() => server.close());

/** How many copies wait with both sessions open, and have planned what the observer asks last. */
async function open(): Promise<number> {
  return withClient(databaseUrl('postgres'), async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT login.datname::text AS name FROM pg_stat_activity login JOIN pg_stat_activity observer
           ON observer.datname = login.datname AND observer.application_name = 'tidegate shadow observer'
        WHERE login.state = 'idle' AND login.usename = login.datname
          AND observer.state = 'idle' AND observer.query LIKE 'WITH%spaces AS%'`,
    );
    return rows.filter(({ name }) => ids.some((id) => name.endsWith(id.replaceAll('-', '').slice(0, 16))))
      .length;
  });
}

/** A baseline that no other test has. */
async function ownTemplate(): Promise<string> {
  const baseline = compiledBaseline([
    await migration({ name: '1_own', up: `CREATE TABLE "t ${randomUUID()}" ();` }),
  ]);
  return server.baselines.take({ ...baseline, settings, roles: [] });
}

async function areThere(clones: readonly Clone[]): Promise<readonly boolean[]> {
  return withClient(databaseUrl('postgres'), async (client) => {
    const { rows } = await client.query<{ name: string }>('SELECT datname::text AS name FROM pg_database');
    return clones.map((clone) => rows.some(({ name }) => name === clone.name));
  });
}

describe('the shelf of copies', () => {
  it('copies nothing beside a plan while another copy stands ready, and makes up for it afterwards', async () => {
    const template = await ownTemplate();
    server.clones.prepare(template);
    await expect.poll(open, { timeout: 20_000 }).toBe(spareClones);
    const begun = ids.length;

    const first = await server.clones.take(template);
    expect(ids).toHaveLength(begun);
    const last = await server.clones.take(template);
    expect(ids).toHaveLength(begun + spareClones);

    server.clones.discard(first);
    server.clones.discard(last);
    expect(ids).toHaveLength(begun + spareClones);
    await expect.poll(open, { timeout: 20_000 }).toBe(spareClones);

    // Not at once with the others, which would have it make more than it has.
    aheadMs += 60_000;
    server.clones.discard(await server.clones.take(template));
    expect(ids).toHaveLength(begun + spareClones + 1);
  });

  it('makes as many ready as were asked for at once, once no plan is at work, and lets them go after an hour', async () => {
    const template = await ownTemplate();
    await expect.poll(open, { timeout: 20_000 }).toBe(spareClones);
    aheadMs += 60_000;
    const atOnce = await Promise.all(Array.from({ length: 5 }, () => server.clones.take(template)));
    for (const clone of atOnce) server.clones.discard(clone);
    await expect.poll(open, { timeout: 20_000 }).toBe(spareClones + 5);

    aheadMs += 60 * 60_000;
    server.clones.renew();
    await expect.poll(open, { timeout: 20_000 }).toBe(2 * spareClones);
  });

  it('drops what plans gave back once none is at work, and at once what one was ended for', async () => {
    const template = await ownTemplate();
    const [working, done, hostile] = await Promise.all([
      server.clones.take(template),
      server.clones.take(template),
      server.clones.take(template),
    ]);
    hostile.login.wasEnded = true;
    server.clones.discard(done);
    server.clones.discard(hostile);
    await expect.poll(() => areThere([working, done, hostile])).toEqual([true, true, false]);
    server.clones.discard(working);
    await expect.poll(() => areThere([working, done]), { timeout: 20_000 }).toEqual([false, false]);
  });

  it('gives the copy that was begun to the plan that takes one next', async () => {
    const template = await ownTemplate();
    const before = ids.length;
    server.clones.begin(template);
    const id = ids[before];
    const clone = await server.clones.take(template);
    expect(clone.name).toContain(id?.replaceAll('-', '').slice(0, 16));
    expect((await server.clones.take(template)).name).not.toBe(clone.name);
  });
});
