import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { makeAdmin } from '../../src/shadow/server-roles.ts';
import { startOwnServer } from '../support/own-server.ts';
import { createDatabase, databaseUrl, withClient } from '../support/postgres.ts';
import { git, leftBy, place, processesOf, start, tidegate, write, type Place } from './tidegate.ts';

const shop = `-- Up Migration
CREATE TABLE shop (id int PRIMARY KEY);
-- Down Migration
DROP TABLE shop;
`;
const name = `-- Up Migration
ALTER TABLE shop ADD COLUMN name text;
-- Down Migration
ALTER TABLE shop DROP COLUMN name;
`;
const index = `-- Up Migration
CREATE INDEX shop_name ON shop (name);
-- Down Migration
DROP INDEX shop_name;
`;

/** A repository whose `origin` holds the first two migrations; the third is new, and blocks writes. */
async function repository(): Promise<Place> {
  const at = await place();
  await write(at, { 'migrations/1700000000000_shop.sql': shop, 'migrations/1700000000001_name.sql': name });
  await git(at, 'init', '-q', '-b', 'main');
  await git(at, 'add', '.');
  await git(at, 'commit', '-q', '-m', 'Begin');
  await git(at, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  await git(at, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  await write(at, { 'migrations/1700000000002_index.sql': index });
  return at;
}

/** The administrator's URL of a server that was set up for shadows. */
async function lastingShadow(): Promise<string> {
  const server = await startOwnServer();
  onTestFinished(() => server.close());
  return makeAdmin(server.superuserUrl('postgres'));
}

const Document = z.object({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  steps: z.array(
    z.object({
      migration: z.string(),
      direction: z.enum(['up', 'down']),
      transaction: z.boolean(),
      statements: z.array(
        z.object({
          sql: z.string(),
          line: z.number(),
          durationMs: z.number(),
          locks: z.array(z.object({ relation: z.string(), mode: z.string() })),
          rewrites: z.array(z.string()),
        }),
      ),
    }),
  ),
  hazards: z.array(
    z.object({
      rule: z.string(),
      severity: z.enum(['high', 'medium', 'low']),
      migration: z.string(),
      line: z.number(),
      message: z.string(),
      advice: z.string(),
    }),
  ),
  reversibility: z.array(z.object({ migration: z.string(), verdict: z.string() })),
  schemaDiff: z.array(z.object({ name: z.string(), change: z.string() })),
});

const schemaFile = new URL('../../docs/plan.schema.json', import.meta.url);

/** The printed plan, which must be as the published schema says. */
function documentOf(out: string): z.infer<typeof Document> {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(
    z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(schemaFile, 'utf8'))),
  );
  const plan: unknown = JSON.parse(out);
  expect(validate(plan), JSON.stringify(validate.errors)).toBe(true);
  return Document.parse(plan);
}

const withoutTimes = (text: string): string => text.replace(/\b\d+(\.\d+)? m?s\b/g, 'N ms');

describe('tidegate plan', () => {
  it('plans what the merge base with origin/HEAD lacks, as text, with status 3 for a high hazard', async () => {
    const at = await repository();
    const { status, out, err } = await tidegate(at, 'plan');
    await expect(withoutTimes(out)).toMatchFileSnapshot('golden/plan.txt');
    expect({ status, err, left: await leftBy(at) }).toEqual({ status: 3, err: '', left: [] });
  });

  it('plans the folder where npm was called, though npm runs it in its own', async () => {
    const at = await repository();
    const variables = {
      npm_package_name: 'tidegate',
      npm_lifecycle_event: 'tidegate',
      INIT_CWD: at.directory,
    };
    const elsewhere = { ...at, directory: at.temporary };
    const { result } = start({ at: elsewhere, args: ['plan', '--fail-on', 'none'], variables });
    const { status, out, err } = await result;
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('1700000000002_index up');
  });

  it('plans from another ref as Markdown, and --fail-on none makes hazards fine', async () => {
    const at = await repository();
    await git(at, 'tag', 'released', 'origin/main');
    const args = ['--base-ref', 'released', '--format', 'markdown', '--fail-on', 'none'];
    const { status, out, err } = await tidegate(at, 'plan', ...args);
    await expect(withoutTimes(out)).toMatchFileSnapshot('golden/plan.md');
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('prints JSON as its schema says, in a folder of any name, up to a migration that counts as applied', async () => {
    const at = await place();
    const folder = `--o'clock "$(touch pwned)" <b>`;
    await write(at, {
      [`${folder}/1700000000000_shop.sql`]: shop,
      [`${folder}/1700000000001_name.sql`]: name,
    });
    const args = [`--migrations=${folder}`, '--base', '1700000000000_shop', '--format', 'json'];
    const { status, out, err } = await tidegate(at, 'plan', ...args);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const plan = documentOf(out);
    expect(plan.steps).toMatchObject([
      {
        migration: '1700000000001_name',
        direction: 'up',
        transaction: true,
        statements: [
          {
            sql: 'ALTER TABLE shop ADD COLUMN name text',
            line: 2,
            locks: [{ relation: 'public.shop', mode: 'AccessExclusiveLock' }],
            rewrites: [],
          },
        ],
      },
    ]);
    expect(plan.reversibility).toMatchObject([{ migration: '1700000000001_name', verdict: 'proven' }]);
    expect(plan.schemaDiff).toMatchObject([{ name: 'public.shop', change: 'changed' }]);
    expect(await leftBy(at)).toEqual([]);
  });

  it('takes a database’s own history with --against, and leaves the database as it was', async () => {
    const at = await repository();
    await using database = await createDatabase('cli');
    const look = (): Promise<unknown> =>
      withClient(database.url, async (client) => {
        const catalog = await client.query(
          `SELECT oid::text, relname, relkind, relacl::text FROM pg_class WHERE oid >= 16384
           UNION ALL SELECT oid::text, nspname, 'schema', nspacl::text FROM pg_namespace
           UNION ALL SELECT oid::text, datname, 'database', datacl::text FROM pg_database
             WHERE datname = current_database() ORDER BY 1`,
        );
        const history = await client.query('SELECT * FROM pgmigrations ORDER BY id');
        return { catalog: catalog.rows, history: history.rows };
      });
    await withClient(database.url, (client) =>
      client.query(
        `CREATE TABLE shop (id int PRIMARY KEY);
         CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
         INSERT INTO pgmigrations (name, run_on) VALUES ('1700000000000_shop', '2026-01-01')`,
      ),
    );
    const before = await look();
    const { status, out, err } = await tidegate(at, 'plan', '--against', database.url, '--format', 'json');
    expect({ status, err }).toEqual({ status: 3, err: '' });
    expect(documentOf(out).steps.map(({ migration }) => migration)).toEqual([
      '1700000000001_name',
      '1700000000002_index',
    ]);
    expect(await look()).toEqual(before);
  });

  it('plans on a shadow server that stays, and leaves there only what the next plan starts from', async () => {
    const at = await repository();
    const shadow = await lastingShadow();
    const databases = async (kind: string): Promise<number> =>
      withClient(shadow, async (client) => {
        const sql = `SELECT 1 FROM pg_database WHERE datname LIKE 'tidegate\\_shadow\\_${kind}\\_%'`;
        return (await client.query(sql)).rowCount ?? 0;
      });
    const first = await tidegate(at, 'plan', '--shadow', shadow);
    expect(first).toMatchObject({ status: 3, err: '' });
    expect([await databases('base'), await databases('clone')]).toEqual([1, 0]);
    const second = await tidegate(at, 'plan', '--shadow', shadow);
    expect(second).toMatchObject({ status: 3, err: '' });
    expect([await databases('base'), await databases('clone')]).toEqual([1, 0]);
    // A copy is begun before it turns out that there is nothing to try on it.
    await write(at, { 'migrations/1700000000009_broken.sql': 'SELEC 1;' });
    expect(await tidegate(at, 'plan', '--shadow', shadow)).toMatchObject({ status: 1, err: '' });
    expect([await databases('base'), await databases('clone')]).toEqual([1, 0]);
    expect(await leftBy(at)).toEqual([]);
  });

  it('refuses a shadow server on which a migration could do harm', async () => {
    const at = await repository();
    const { status, err } = await tidegate(at, 'plan', '--shadow', databaseUrl('postgres'));
    expect(status).toBe(2);
    expect(err).toContain('The shadow server is not safe for the SQL of pull requests');
    expect(err).toContain('tidegate doctor --shadow URL');
  });

  it('has status 1 and says where, for a migration that fails', async () => {
    const at = await place();
    await write(at, { 'migrations/1700000000000_wrong.sql': shop.replace('int PRIMARY', 'it PRIMARY') });
    const { status, out } = await tidegate(at, 'plan', '--base', '0');
    expect(status).toBe(1);
    expect(out).toContain('migrations/1700000000000_wrong.sql:2');
    expect(out).toContain('type "it" does not exist');
    expect(await leftBy(at)).toEqual([]);
  });

  it('has status 1 for a database that cannot be reached, and keeps its password to itself', async () => {
    const at = await repository();
    const { status, out, err } = await tidegate(
      at,
      'plan',
      '--against',
      'postgres://ada:hunter2@127.0.0.1:1/shop',
    );
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^The database of --against URL cannot be reached at .*ECONNREFUSED/);
    expect(err).toMatch(/and that the URL is right\.$/m);
    expect(err).not.toMatch(/environment|configuration/);
    expect(err).not.toContain('hunter2');
    expect(await leftBy(at)).toEqual([]);
  });

  it('ends when it is told to, in the middle of its work, and leaves nothing behind', async () => {
    const at = await repository();
    const { child, result } = start({ at, args: ['plan'] });
    await vi.waitFor(
      async () => expect((await processesOf(at)).some((line) => line.includes('postgres -D'))).toBe(true),
      { timeout: 30_000, interval: 20 },
    );
    child.kill('SIGTERM');
    expect(await result).toEqual({ status: 1, out: '', err: 'Stopped before the plan was complete.\n' });
    expect(await leftBy(at)).toEqual([]);
  });
});
