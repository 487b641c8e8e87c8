import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { shadowServers, type ShadowSource } from '../../src/shadow/shadow-servers.ts';
import { openTestShadow, silent } from './bench.ts';

let preferred: ShadowServer;
let sixteen: ShadowServer;
beforeAll(async () => {
  preferred = await openTestShadow();
  // The same server under the number of another: which one was taken is what counts here.
  sixteen = { ...(await openTestShadow()), versionNumber: 160_014 };
});
afterAll(async () => {
  await preferred.close();
  await sixteen.close();
});

function pool(sources: readonly ShadowSource[]) {
  return shadowServers({
    preferred,
    others: () => Promise.resolve(sources),
    installable: [16],
    log: silent,
  });
}

describe('shadow servers', () => {
  it('are opened when a target of their version is planned for, once', async () => {
    let opened = 0;
    const open = (): Promise<ShadowServer> => {
      opened += 1;
      return Promise.resolve(sixteen);
    };
    const servers = pool([{ major: 16, open }]);
    expect(await servers.for(null)).toEqual({ server: preferred, caution: null });
    expect(await servers.for(180_001)).toEqual({ server: preferred, caution: null });
    expect(opened).toBe(0);
    const [one, two] = await Promise.all([servers.for(160_002), servers.for(160_014)]);
    expect([one.server, two.server, one.caution, two.caution]).toEqual([sixteen, sixteen, null, null]);
    expect(opened).toBe(1);
  });

  it('are replaced by the preferred one where they do not open, and that is said and tried again', async () => {
    let broken = true;
    const open = (): Promise<ShadowServer> =>
      broken ? Promise.reject(new Error('no room')) : Promise.resolve(sixteen);
    const servers = pool([{ major: 16, open }]);
    expect(await servers.for(160_002)).toEqual({
      server: preferred,
      caution: expect.stringMatching(/^The target is PostgreSQL 16, the shadow 18: /) as unknown,
    });
    broken = false;
    expect(await servers.for(160_002)).toEqual({ server: sixteen, caution: null });
  });
});
