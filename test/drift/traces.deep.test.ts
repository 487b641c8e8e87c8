import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { tracesOf } from '../../src/jobs/drift/traces.ts';
import { silent } from '../shadow/bench.ts';
import { withClient } from '../support/postgres.ts';

describe('a server that keeps when transactions were committed', () => {
  let folder = '';
  let url = '';
  let stop = (): Promise<void> => Promise.resolve();

  beforeAll(async () => {
    folder = await temporaryFolder('tidegate-traces-');
    const options = {
      directory: join(folder, 'postgres'),
      durable: true,
      log: silent,
    };
    const first = await startEmbeddedPostgres(options);
    await withClient(first.superuserUrl('postgres'), (client) =>
      client.query('ALTER SYSTEM SET track_commit_timestamp = on'),
    );
    await first.stop();
    const server = await startEmbeddedPostgres(options);
    stop = () => server.stop();
    url = server.superuserUrl('postgres');
  });
  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('says when an object changed last, by the newest of all that is known of it', async () => {
    await withClient(url, async (client) => {
      await client.query(
        'CREATE TABLE items (id int); CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      );
      const { rows: before } = await client.query<{ at: Date }>('SELECT clock_timestamp() AS at');
      await client.query('ALTER TABLE items ADD COLUMN name text');
      await client.query('SET search_path TO pg_catalog');
      const change = { change: 'changed' as const, before: 'a', after: 'b' };
      const ask = async <Row extends object>(sql: string, values: readonly unknown[]) =>
        (await client.query(sql, [...values])).rows as readonly Row[];
      const traces = await tracesOf({ ask, attempt: ask, owners: ['postgres'] }, [
        { kind: 'table', name: 'public.items', ...change },
        { kind: 'function', name: 'public.one()', ...change },
        { kind: 'grants', name: 'table public.items', ...change },
      ]);
      const at = new Map(traces.map((trace) => [trace.object, trace.at?.getTime() ?? 0]));
      const then = before[0]?.at.getTime() ?? 0;
      expect([...at.keys()]).toEqual(['public.items', 'public.one()']);
      expect(at.get('public.items')).toBeGreaterThanOrEqual(then);
      expect(at.get('public.one()')).toBeLessThanOrEqual(then);
    });
  });
});
