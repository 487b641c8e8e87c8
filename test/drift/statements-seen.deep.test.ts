import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTargets } from '../../src/database/target/targets.ts';
import type { Trace } from '../../src/domain/drift.ts';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { environmentId } from '../../src/domain/repository.ts';
import type { SchemaChange } from '../../src/domain/schema-diff.ts';
import { tracesOf } from '../../src/jobs/drift/traces.ts';
import { silent } from '../shadow/bench.ts';
import { startOwnServer, type OwnServer } from '../support/own-server.ts';
import { withClient } from '../support/postgres.ts';

const key = { repositoryId: 1, environment: 'prod' };

function changed(kind: string, name: string, change: SchemaChange['change'] = 'changed'): SchemaChange {
  return {
    kind,
    name,
    change,
    before: change === 'added' ? null : 'a',
    after: change === 'removed' ? null : 'b',
  };
}

/** What a look at a database says of changes, by its real transaction. */
function tracesAt(url: string, changes: readonly SchemaChange[]): Promise<readonly Trace[]> {
  const address = { url: () => Promise.resolve(url), readUrl: () => Promise.resolve(null) };
  const targets = createTargets(new Map([[environmentId(key), address]]), {
    log: silent,
    wait: (milliseconds) => sleep(milliseconds),
    random: Math.random,
    path: process.env['PATH'],
  });
  return targets.look(key, defaultMigrationSettings, async (view) => {
    const traces = await tracesOf(view, changes);
    // Whatever was refused, the look goes on.
    expect(await view.ask('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
    return traces;
  });
}

describe('a server with pg_stat_statements', () => {
  let server: OwnServer;
  let url = '';
  const sent = (sql: string, at = url): Promise<void> =>
    withClient(at, async (client) => {
      await client.query(sql);
    });
  const asRole = (role: string): string => {
    const found = new URL(url);
    [found.username, found.password] = [role, 'geheim-1'];
    return found.href;
  };

  beforeAll(async () => {
    server = await startOwnServer({ shared_preload_libraries: 'pg_stat_statements' });
    url = server.superuserUrl('postgres');
    for (const sql of [
      'CREATE SCHEMA "od""d"; CREATE SCHEMA other; CREATE EXTENSION pg_stat_statements SCHEMA "od""d"',
      `CREATE ROLE dana LOGIN PASSWORD 'geheim-1'; GRANT CREATE ON SCHEMA public, other TO dana`,
      `CREATE ROLE watcher LOGIN PASSWORD 'geheim-1'; GRANT USAGE ON SCHEMA "od""d" TO watcher`,
    ])
      await sent(sql);
  });
  afterAll(() => server.close());

  it('says which role sent what with an object’s name, how often and since when', async () => {
    const before = await now();
    const dana = asRole('dana');
    await sent('CREATE TABLE public.items (id int)', dana);
    for (const column of ['a', 'b']) await sent(`/* by hand */ alter table Items add ${column} int`, dana);
    await sent('CREATE TABLE other.items (id int)', dana);
    await sent('CREATE INDEX CONCURRENTLY "Odd ""one" ON public.items (id)', dana);
    await sent(
      `COMMENT ON TABLE public.items IS 'ALTER TABLE public.items'; SELECT 'drop table public.items'`,
      dana,
    );
    const [items, index, ...more] = await tracesAt(url, [
      changed('table', 'public.items'),
      changed('index', 'public."Odd ""one"', 'added'),
      changed('table', 'public.untouched', 'removed'),
    ]);
    expect(more).toEqual([]);
    expect(items?.owner).toBe('dana');
    expect(items?.seen.map(({ kind, role, calls }) => [kind, role, calls]).toSorted()).toEqual([
      ['ALTER TABLE', 'dana', 2],
      ['CREATE INDEX', 'dana', 1],
      ['CREATE TABLE', 'dana', 1],
    ]);
    expect(index?.seen).toMatchObject([{ kind: 'CREATE INDEX', role: 'dana', calls: 1 }]);
    for (const { since } of items?.seen ?? []) expect(since?.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('says who dropped what is gone', async () => {
    await sent(
      'CREATE TABLE gone (id int); CREATE FUNCTION lost(int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    );
    await sent('DROP TABLE IF EXISTS gone, other.items');
    await sent('DROP FUNCTION lost(int)');
    const traces = await tracesAt(url, [
      changed('table', 'public.gone', 'removed'),
      changed('function', 'public.lost(integer)', 'removed'),
      changed('table', 'other.items', 'removed'),
    ]);
    const kinds = traces.map(({ object, at, owner, seen }) => [
      object,
      at,
      owner,
      seen.map(({ kind }) => kind),
    ]);
    expect(kinds).toMatchObject([
      ['public.gone', null, null, expect.arrayContaining(['DROP TABLE', 'CREATE TABLE'])],
      ['public.lost(integer)', null, null, expect.arrayContaining(['DROP FUNCTION'])],
      ['other.items', null, null, expect.arrayContaining(['DROP TABLE'])],
    ]);
  });

  it('tells nothing of what a statement sets, and of roles nothing at all', async () => {
    await sent('CREATE ROLE secretive');
    await sent(`ALTER ROLE secretive PASSWORD 'geheim-2'`);
    await sent(`CREATE TABLE secretive (id text DEFAULT 'geheim-3')`);
    const traces = await tracesAt(url, [changed('table', 'public.secretive')]);
    expect(traces[0]?.seen.map(({ kind }) => kind)).toEqual(['CREATE TABLE']);
    expect(JSON.stringify(traces)).not.toContain('geheim');
  });

  it('says no more than it may know where it reads as somebody without rights', async () => {
    // The other's statements stand there as "<insufficient privilege>".
    expect(await tracesAt(asRole('watcher'), [changed('table', 'public.secretive', 'removed')])).toEqual([]);
    await sent('REVOKE USAGE ON SCHEMA "od""d" FROM watcher');
    expect(await tracesAt(asRole('watcher'), [changed('table', 'public.secretive', 'removed')])).toEqual([]);
  });

  it('says nothing of another database’s statements', async () => {
    await sent('CREATE DATABASE elsewhere');
    await sent('CREATE TABLE far (id int)', server.superuserUrl('elsewhere'));
    expect(await tracesAt(url, [changed('table', 'public.far', 'removed')])).toEqual([]);
  });

  it('does not believe a function that only bears the name', async () => {
    await sent('CREATE DATABASE forged');
    const at = server.superuserUrl('forged');
    await sent('CREATE EXTENSION pg_stat_statements', at);
    await sent('ALTER EXTENSION pg_stat_statements DROP VIEW pg_stat_statements', at);
    await sent('ALTER EXTENSION pg_stat_statements DROP FUNCTION pg_stat_statements(boolean)', at);
    await sent('DROP VIEW pg_stat_statements; DROP FUNCTION pg_stat_statements(boolean)', at);
    await sent(
      `CREATE FUNCTION pg_stat_statements(boolean) RETURNS TABLE (userid oid, dbid oid, query text, calls bigint)
       LANGUAGE sql AS $$ SELECT 10::oid, d.oid, 'DROP TABLE lie', 1::bigint FROM pg_database d $$`,
      at,
    );
    await sent('ALTER EXTENSION pg_stat_statements ADD FUNCTION pg_stat_statements(boolean)', at);
    expect(await tracesAt(at, [changed('table', 'public.lie', 'removed')])).toEqual([]);
  });

  const now = (): Promise<number> =>
    withClient(url, async (client: pg.Client) => {
      const { rows } = await client.query<{ at: Date }>('SELECT clock_timestamp() AS at');
      return rows[0]?.at.getTime() ?? 0;
    });
});

describe('a server that has pg_stat_statements and did not load it', () => {
  it('says nothing, and the look goes on', async () => {
    const server = await startOwnServer();
    try {
      const url = server.superuserUrl('postgres');
      await withClient(url, (client) =>
        client.query('CREATE EXTENSION pg_stat_statements; CREATE TABLE t ()'),
      );
      expect(await tracesAt(url, [changed('table', 'public.t')])).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
