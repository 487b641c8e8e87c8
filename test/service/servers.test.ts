import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseServerConfig } from '../../src/config/server-config.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { defaultMigrationSettings as settings } from '../../src/domain/migration.ts';
import { compiledBaseline } from '../../src/shadow/baseline-request.ts';
import type { ShadowServers } from '../../src/shadow/shadow-servers.ts';
import { createLog } from '../../src/service/log.ts';
import { openShadows } from '../../src/service/servers.ts';
import { serviceSettings } from '../../src/service/settings.ts';
import { Stack } from '../../src/service/stack.ts';
import { silent } from '../shadow/bench.ts';
import { withClient } from '../support/postgres.ts';

const accepted = 'I accept that any pull request can reach what this server can';

/** A server of somebody's own, of version 18. */
let server: EmbeddedPostgres;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('tidegate-servers-');
  server = await startEmbeddedPostgres({ directory: join(folder, 'own'), durable: false, log: silent });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Opens what a configuration says, does something with it, and closes it again. */
async function withShadows<T>(written: string, work: (shadows: ShadowServers) => Promise<T>): Promise<T> {
  const variables = {
    OWN: server.superuserUrl('postgres'),
    APP_ID: '1',
    PRIVATE_KEY: 'key',
    WEBHOOK_SECRET: 'secret',
    TIDEGATE_DATA: join(folder, 'data'),
  };
  const stack = new Stack();
  try {
    const shadows = await openShadows({
      settings: serviceSettings(variables),
      config: parseServerConfig(`databases: []\nshadow: ${written}`, 'tidegate.yml'),
      variables,
      clock: () => new Date(),
      log: createLog('silent', []),
      stack,
    });
    return await work(shadows);
  } finally {
    await stack.close((_name, error) => {
      throw error;
    });
  }
}

/** What targets of these versions get. */
function choices(written: string, targets: readonly number[]) {
  return withShadows(written, async (shadows) => {
    const chosen = await Promise.all(targets.map((target) => shadows.for(target)));
    return chosen.map(({ server: shadow, caution }) => ({
      isOwn: new URL(shadow.adminUrl('x')).port === String(server.port),
      isCautioned: caution !== null,
    }));
  });
}

/** How many copies of baselines there are on the server of somebody's own. */
async function copies(): Promise<number> {
  const sql = "SELECT FROM pg_database WHERE datname LIKE 'tidegate_shadow_clone_%'";
  return withClient(
    server.superuserUrl('postgres'),
    async (client) => (await client.query(sql)).rowCount ?? 0,
  );
}

describe('the shadow servers of a configuration', () => {
  it('are those under servers for targets of their version', async () => {
    expect(await choices(`{ servers: { 18: { url: env:OWN, unsafe: ${accepted} } } }`, [180_001])).toEqual([
      { isOwn: true, isCautioned: false },
    ]);
  });

  it('are the one under url for all where there is no other, which plans say', async () => {
    expect(await choices(`{ url: env:OWN, unsafe: ${accepted} }`, [180_001, 150_001])).toEqual([
      { isOwn: true, isCautioned: false },
      { isOwn: true, isCautioned: true },
    ]);
  });

  it('keep as many copies ready as are written', async () => {
    await withShadows(`{ url: env:OWN, unsafe: ${accepted}, spares: 3 }`, async (shadows) => {
      const { server: shadow } = await shadows.for(180_001);
      const baseline = compiledBaseline([]);
      shadow.clones.prepare(await shadow.baselines.take({ ...baseline, settings, roles: [] }));
      await expect.poll(copies, { timeout: 30_000 }).toBe(3);
    });
    expect(await copies()).toBe(0);
  });

  it.each([
    [
      'of another version than it stands under',
      `{ servers: { 16: { url: env:OWN, unsafe: ${accepted} } } }`,
      'The server under shadow.servers.16 was expected to run PostgreSQL 16; it runs 18.',
    ],
    [
      'of the same version as the one under url',
      `{ url: env:OWN, unsafe: ${accepted}, servers: { 18: { url: env:OWN, unsafe: ${accepted} } } }`,
      'both run PostgreSQL 18. Leave one out.',
    ],
    ['not safe', '{ servers: { 18: { url: env:OWN } } }', 'The shadow server is not safe'],
  ])('are refused where one is %s', async (_what, shadow, message) => {
    await expect(choices(shadow, [])).rejects.toThrow(message);
  });
});
