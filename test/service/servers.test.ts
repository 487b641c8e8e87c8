import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseServerConfig } from '../../src/config/server-config.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { createLog } from '../../src/service/log.ts';
import { openShadows } from '../../src/service/servers.ts';
import { serviceSettings } from '../../src/service/settings.ts';
import { Stack } from '../../src/service/stack.ts';
import { silent } from '../shadow/bench.ts';

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

/** Opens what a configuration says, looks at what targets of these versions get, and closes it again. */
async function choices(written: string, targets: readonly number[]) {
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
    const chosen = await Promise.all(targets.map((target) => shadows.for(target)));
    return chosen.map(({ server: shadow, caution }) => ({
      isOwn: new URL(shadow.adminUrl('x')).port === String(server.port),
      isCautioned: caution !== null,
    }));
  } finally {
    await stack.close((_name, error) => {
      throw error;
    });
  }
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
