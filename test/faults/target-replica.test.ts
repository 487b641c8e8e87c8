import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTargets } from '../../src/database/target/targets.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.ts';
import { dev, settings, silentLog, wait } from '../support/target-fixture.ts';

describe('fault 41: the target is a replica', () => {
  it('is refused, for reading and for applying', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-replica-'));
    // Where the tests run as root, the server runs as another user.
    await chmod(directory, 0o711);
    const start = (): Promise<EmbeddedPostgres> =>
      startEmbeddedPostgres({ directory, durable: true, log: silentLog, settings: { fsync: 'off' } });
    await (await start()).stop();
    await writeFile(join(directory, 'data', 'standby.signal'), '');
    const replica = await start();
    const database = {
      url: () => Promise.resolve(replica.superuserUrl('postgres')),
      readUrl: () => Promise.resolve(null),
    };
    const targets = createTargets(new Map([['1/dev', database]]), { log: silentLog, wait, random: () => 0 });
    await expect(targets.read(dev, settings)).rejects.toThrow(
      /it is a replica.*Give the address of the primary/,
    );
    await expect(targets.withLock(dev, settings, () => Promise.resolve())).rejects.toThrow(/it is a replica/);
    await replica.stop();
    await rm(directory, { recursive: true, force: true });
  });
});
