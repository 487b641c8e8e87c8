import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openControlForReading } from '../../src/database/control/open-for-reading.ts';
import { openControlDatabase, type ControlDatabase } from '../../src/database/control/open.ts';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { runningServerUrl } from '../../src/database/embedded/running-server.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import type { AuditEntry } from '../../src/domain/audit.ts';
import { silent } from '../shadow/bench.ts';
import { createDatabase, withClient, type TestDatabase } from '../support/postgres.ts';

const decided: AuditEntry = {
  repositoryId: 7,
  environment: 'prod',
  pullRequest: 1,
  commit: 'c',
  actor: 'tidegate',
  action: 'gate-decided',
  migration: null,
  digest: 'd',
  detail: { at: 'apply', status: 'waiting', code: 'too-few-approvals', message: 'Not yet.' },
};

describe('the control database, for looking only', () => {
  let database: TestDatabase;
  let control: ControlDatabase;
  beforeAll(async () => {
    database = await createDatabase('control');
    control = await openControlDatabase(database.url);
  });
  afterAll(async () => {
    await control.close();
    await database.drop();
  });

  it('refuses every write', async () => {
    const reading = await openControlForReading(database.url);
    await expect(reading.records.audit(decided)).rejects.toThrow(/read-only transaction/);
    expect(await reading.boundTo('acme/shop')).toBeNull();
    await reading.close();
  });

  it('is refused where it is of another version, or empty, and keeps its password', async () => {
    await using empty = await createDatabase('control');
    await expect(openControlForReading(empty.url)).rejects.toThrow(/is at step 0\. Start the service/);
    await using newer = await createDatabase('control');
    await (await openControlDatabase(newer.url)).close();
    await withClient(newer.url, (client) =>
      client.query('INSERT INTO tidegate.schema_step (id) VALUES (99)'),
    );
    await expect(openControlForReading(newer.url)).rejects.toThrow(/is at step 99/);
    const unreachable = openControlForReading('postgres://a:hunter2@127.0.0.1:1/x');
    await expect(unreachable).rejects.toThrow(/cannot be read: connect ECONNREFUSED/);
    await expect(unreachable).rejects.not.toThrow(/hunter2/);
  });

  it('gives the newest decision of each merged pull request, newest first, at most so many', async () => {
    const { records } = control;
    const allowed = { ...decided.detail, status: 'allowed', message: 'Enough.' };
    await records.audit(decided);
    await records.audit({ ...decided, pullRequest: 2, detail: allowed });
    await records.audit({ ...decided, detail: allowed });
    await records.audit({
      ...decided,
      pullRequest: 3,
      detail: { status: 'allowed', message: 'Still open.' },
    });
    await records.audit({ ...decided, pullRequest: null });
    await records.audit({ ...decided, repositoryId: 8 });
    const found = await records.decisionsOnMerged(7, 10);
    expect(found.map(({ pullRequest, status }) => [pullRequest, status])).toEqual([
      [1, 'allowed'],
      [2, 'allowed'],
    ]);
    expect((await records.decisionsOnMerged(7, 1)).map(({ pullRequest }) => pullRequest)).toEqual([1]);
    // One that is held is decided again at each look, and hides no other by that.
    for (let look = 0; look < 20; look += 1) await records.audit({ ...decided, pullRequest: 4 });
    const last = (await records.decisionsOnMerged(7, 3)).map(({ pullRequest }) => pullRequest);
    expect(last).toEqual([4, 1, 2]);
  });
});

describe('an embedded control server that another process runs', () => {
  it('is found while it is up, and not started or stopped', async () => {
    const folder = await temporaryFolder('tidegate-running-');
    const directory = join(folder, 'control');
    expect(await runningServerUrl(directory, 'postgres')).toBeNull();
    const server = await startEmbeddedPostgres({ directory, durable: true, log: silent });
    const url = await runningServerUrl(directory, 'postgres');
    expect(url).toBe(server.superuserUrl('postgres'));
    await withClient(url ?? '', (client) => client.query('SELECT 1'));
    await server.stop();
    expect(await runningServerUrl(directory, 'postgres')).toBeNull();
    await rm(folder, { recursive: true, force: true });
  });
});
