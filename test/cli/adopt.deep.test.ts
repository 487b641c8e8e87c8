import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adoptArguments } from '../../src/cli/adopt-arguments.ts';
import { UsageError } from '../../src/cli/terminal.ts';
import { migrateByHand } from '../../src/demo/migrate-by-hand.ts';
import { createDatabase, databaseUrl, withClient, type TestDatabase } from '../support/postgres.ts';
import { git, leftBy, place, tidegate, write, type Place, type Result } from './tidegate.ts';

const files = {
  'migrations/0001_a.sql': 'CREATE TABLE a (id int PRIMARY KEY);\n',
  'migrations/0002_b.sql': 'CREATE TABLE b (a int REFERENCES a);\n',
};

const adopt = (at: Place, { url }: { readonly url: string }, ...args: readonly string[]): Promise<Result> =>
  tidegate(at, 'adopt', '--database', url, ...args);

async function repository(of: Readonly<Record<string, string>> = {}): Promise<Place> {
  const at = await place();
  await git(at, 'init', '-q', '-b', 'main');
  await write(at, of);
  if (Object.keys(of).length > 0) await commit(at);
  return at;
}

/** Returns the commit's id. */
async function commit(at: Place): Promise<string> {
  await git(at, 'add', '.');
  await git(at, 'commit', '-q', '-m', 'More');
  const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: at.directory });
  return stdout.trim();
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const query = (database: TestDatabase, sql: string): Promise<readonly Record<string, unknown>[]> =>
  withClient(database.url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

const ledgerOf = (database: TestDatabase): Promise<readonly Record<string, unknown>[]> =>
  query(database, 'SELECT name, checksum, commit, adopted FROM tidegate.ledger ORDER BY id');

const tables = async (database: TestDatabase): Promise<readonly unknown[]> => {
  const rows = await query(
    database,
    "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname !~ '^(pg_|information)' ORDER BY 1",
  );
  return rows.map(({ name }) => name);
};

const refused = { status: 1, out: '' };

describe('a database with a history of node-pg-migrate', () => {
  async function migrated(at: Place): Promise<TestDatabase> {
    const database = await createDatabase('adopt');
    await migrateByHand(files, database.url, at.temporary);
    return database;
  }

  it('is read at first, and gets the checksums of the chosen commit when it is said to', async () => {
    const at = await repository(files);
    await using database = await migrated(at);
    await write(at, { 'migrations/0001_a.sql': '-- edited\nCREATE TABLE a (id int PRIMARY KEY);\n' });
    await commit(at);

    const looked = await adopt(at, database, '--commit', 'HEAD~1');
    expect({ ...looked, out: '' }).toEqual({ status: 0, out: '', err: '' });
    expect(looked.out).toContain(`\n  ${sha256(files['migrations/0001_a.sql']).slice(0, 12)}  0001_a\n`);
    expect(looked.out).toContain('Nothing was written.');
    expect(await tables(database)).toEqual(['public.a', 'public.b', 'public.pgmigrations']);

    const { status, out } = await adopt(at, database, '--commit', 'HEAD~1', '--record');
    expect(status).toBe(0);
    expect(out).toContain('2 migrations in the history.\nAdopted with the checksums');
    expect(await ledgerOf(database)).toEqual(
      Object.entries(files).map(([path, text]) => ({
        name: /\/(.*)\.sql/.exec(path)?.[1],
        checksum: sha256(text),
        commit: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown,
        adopted: true,
      })),
    );

    // The edit is in HEAD: a plan notices it, and so does a second adoption, which changes nothing.
    const plan = await tidegate(at, 'plan', '--against', database.url);
    expect(plan.status).toBe(1);
    expect(plan.out).toContain('0001_a has been applied, and its file is no longer the one that ran');
    const again = await adopt(at, database, '--record');
    expect(again.out).toContain('Nothing to adopt: 2 migrations in the history');
    expect(again.out).toContain('0001_a: the file in commit ');
    expect((await ledgerOf(database)).map(({ checksum }) => checksum)).toEqual(
      Object.values(files).map(sha256),
    );
    expect(await leftBy(at)).toEqual([]);
  });

  it('is refused where the commit lacks what ran, and nothing is written', async () => {
    const at = await repository(files);
    await using database = await migrated(at);
    await query(database, "INSERT INTO pgmigrations (name, run_on) VALUES ('0003_elsewhere', now())");
    const { err, ...rest } = await adopt(at, database, '--record');
    expect(rest).toEqual(refused);
    expect(err).toMatch(
      /^The history names 0003_elsewhere, and commit [0-9a-f]{10} was expected to hold a file/,
    );
    expect(err).toContain('Nothing was written.');
    expect(await tables(database)).toEqual(['public.a', 'public.b', 'public.pgmigrations']);
  });

  it('is found where the repository’s rules say that it stands', async () => {
    const rules = 'version: 1\nmigrations: { directory: db, schema: history, table: ran }\n';
    const at = await repository({ 'db/0001_a.sql': files['migrations/0001_a.sql'], 'rules.yml': rules });
    await using database = await createDatabase('adopt');
    await query(
      database,
      `CREATE SCHEMA history; CREATE TABLE a (id int PRIMARY KEY);
       CREATE TABLE history.ran (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
       INSERT INTO history.ran (name, run_on) VALUES ('0001_a', now())`,
    );
    const { status } = await adopt(at, database, '--rules', 'rules.yml', '--record');
    expect(status).toBe(0);
    expect(await ledgerOf(database)).toMatchObject([{ name: '0001_a', adopted: true }]);
  });
});

const everything = `
CREATE EXTENSION citext;
CREATE SCHEMA sales;
CREATE TYPE sales.state AS ENUM ('new', 'it''s; paid');
CREATE DOMAIN sales.amount AS numeric(12, 2) CHECK (VALUE >= 0);
CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5) PRIMARY KEY,
  mail citext NOT NULL UNIQUE, name text DEFAULT 'no ; name');
CREATE SEQUENCE sales.number START 1000;
CREATE TABLE sales.invoice (id serial PRIMARY KEY, customer bigint NOT NULL REFERENCES customer ON DELETE CASCADE,
  number bigint DEFAULT nextval('sales.number'), state sales.state NOT NULL DEFAULT 'new', amount sales.amount);
ALTER TABLE customer ADD favourite int REFERENCES sales.invoice DEFERRABLE;
CREATE INDEX invoice_open ON sales.invoice (customer) WHERE state = 'new';
CREATE TABLE sales.event (at timestamptz NOT NULL, what jsonb) PARTITION BY RANGE (at);
CREATE TABLE sales.event_2026 PARTITION OF sales.event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW sales.open AS SELECT i.id, c.mail FROM sales.invoice i JOIN customer c ON c.id = i.customer;
CREATE MATERIALIZED VIEW sales.totals AS SELECT customer, sum(amount) AS total FROM sales.invoice GROUP BY 1;
CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN -- a comment; and a semicolon
  RETURN NEW; END $f$;
CREATE TRIGGER touch BEFORE INSERT ON sales.invoice FOR EACH ROW EXECUTE FUNCTION sales.touch();
COMMENT ON TABLE customer IS 'Who "buys";\nin two lines';
GRANT USAGE ON SCHEMA sales TO adopt_app;
GRANT SELECT, INSERT ON customer TO adopt_app;
GRANT SELECT (id) ON sales.invoice TO adopt_app WITH GRANT OPTION;
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customer FOR SELECT TO adopt_app USING (true);
ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO adopt_app;
CREATE TABLE theirs (id serial PRIMARY KEY);
ALTER TABLE theirs OWNER TO adopt_owner;
CREATE SCHEMA owned AUTHORIZATION adopt_owner;
CREATE VIEW seen AS SELECT id FROM theirs;
ALTER VIEW seen OWNER TO adopt_owner;
`;

const roles = ['adopt_app', 'adopt_owner'];

describe('a database without a history', () => {
  const onServer = (verb: 'CREATE' | 'DROP'): Promise<void> =>
    withClient(databaseUrl('postgres'), async (client) => {
      for (const role of roles) await client.query(`${verb} ROLE ${role}`);
    });
  beforeAll(() => onServer('CREATE'));
  afterAll(() => onServer('DROP'));

  async function filled(sql: string): Promise<TestDatabase> {
    const database = await createDatabase('adopt');
    await query(database, sql);
    return database;
  }

  it('gets a first migration of all that it holds, and a history once that is committed', async () => {
    await using database = await filled(everything);
    const before = await tables(database);
    const at = await repository();
    const first = await adopt(at, database);
    expect({ ...first, out: '' }).toEqual({ status: 0, out: '', err: '' });
    expect(first.out).toMatch(
      /^Written: migrations\/0001_baseline\.sql \(\d+ statements\)\. On a throw-away/,
    );
    expect(await tables(database)).toEqual(before);

    const text = await readFile(join(at.directory, 'migrations/0001_baseline.sql'), 'utf8');
    // It is read back by node-pg-migrate itself, on another database.
    await using other = await createDatabase('adopt');
    await migrateByHand({ 'migrations/0001_baseline.sql': text }, other.url, at.temporary);
    expect(await tables(other)).toEqual([...before, 'public.pgmigrations'].toSorted());
    expect(
      await query(
        other,
        "SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname = 'theirs_id_seq'",
      ),
    ).toEqual([{ owner: 'adopt_owner' }]);
    expect(await query(other, 'SELECT enumlabel AS label FROM pg_enum ORDER BY enumsortorder')).toEqual([
      { label: 'new' },
      { label: "it's; paid" },
    ]);
    expect(text).not.toMatch(/base_owner|VERSION '/);

    const id = await commit(at);
    const recorded = await adopt(at, database, '--record');
    expect({ ...recorded, out: '' }).toEqual({ status: 0, out: '', err: '' });
    expect(recorded.out).toContain(`commit ${id.slice(0, 10)}: 0001_baseline.\nThey make just the schema`);
    expect(await ledgerOf(database)).toEqual([
      { name: '0001_baseline', checksum: sha256(text), commit: id, adopted: true },
    ]);
    expect(await query(database, 'SELECT name FROM pgmigrations')).toEqual([{ name: '0001_baseline' }]);
    const plan = await tidegate(at, 'plan', '--against', database.url);
    expect(plan.out).toMatch(/^Nothing to run\./);
    expect(await leftBy(at)).toEqual([]);
  });

  it('is recorded with migrations written by hand, where they make the same', async () => {
    await using database = await filled(
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a)',
    );
    const at = await repository(files);
    expect((await adopt(at, database, '--record')).status).toBe(0);
    expect((await ledgerOf(database)).map(({ name }) => name)).toEqual(['0001_a', '0002_b']);
  });

  it('is refused where the commit makes something else, with what differs', async () => {
    await using database = await filled('CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE more ()');
    const at = await repository(files);
    const { err, ...rest } = await adopt(at, database, '--record');
    expect(rest).toEqual(refused);
    expect(err).toMatch(
      /just what commit [0-9a-f]{10} makes, and is not: only the database has table public\.more;/,
    );
    expect(err).toMatch(
      /; only commit [0-9a-f]{10} has .*table public\.b; both have, but not alike, table public\.a\./,
    );
    expect(await tables(database)).toEqual(['public.a', 'public.more']);
  });

  it('is not written into a folder that holds migrations, nor recorded without a commit of them', async () => {
    await using database = await filled('CREATE TABLE other ()');
    const at = await repository(files);
    const full = await adopt(at, database);
    expect(full).toMatchObject({
      ...refused,
      err: expect.stringContaining('It holds 0001_a, 0002_b.') as unknown,
    });
    expect(await readdir(join(at.directory, 'migrations'))).toEqual(['0001_a.sql', '0002_b.sql']);

    const empty = await repository({ 'migrations/.gitkeep': '' });
    const none = await adopt(empty, database, '--record');
    expect(none.err).toContain('its migrations/ holds none. Call without --record first');
    expect(none.status).toBe(1);
    expect(await tables(database)).toEqual(['public.other']);
  });

  it('is refused whole where no statement is known for an object', async () => {
    await using database = await filled('CREATE TABLE a (); CREATE OPERATOR FAMILY fam USING btree');
    const at = await repository();
    const { err, ...rest } = await adopt(at, database);
    expect(rest).toEqual(refused);
    expect(err).toContain('Tidegate knows none for operator family public.fam using btree.');
    expect(await readdir(at.directory)).toEqual(['.git']);
  });

  it('says what no throw-away server can prove', async () => {
    await using database = await filled('CREATE EXTENSION pg_buffercache; CREATE TABLE a ()');
    const at = await repository();
    const { status, out } = await adopt(at, database, '--name', '1700000000000_begin');
    expect(status).toBe(0);
    expect(out).toContain('Not proven: extension pg_buffercache.');
    expect(await readdir(join(at.directory, 'migrations'))).toEqual(['1700000000000_begin.sql']);
  });

  it('has nothing to adopt where it holds nothing', async () => {
    await using database = await createDatabase('adopt');
    const { status, out } = await adopt(await repository(files), database);
    expect({ status, out }).toEqual({
      status: 0,
      out: 'Nothing to adopt: the database holds neither a history nor anything else. Migrations can run there.\n',
    });
  });
});

describe('what is asked for wrongly', () => {
  it.each([
    [[], /^--database URL was expected/],
    [['--database', 'shop'], /^--database: the URL of a database was expected/],
    [['--database', 'postgres://h/d', 'now'], /tidegate adopt --help lists the options/],
    [
      ['--database', 'postgres://h/d', '--name', 'begin'],
      /^--name begin: a number, then words, were expected/,
    ],
    [['--database', 'postgres://h/d', '--name', '1_/../x'], /^--name 1_/],
  ] as const)('is answered in words: %j', (args, words) => {
    expect(() => adoptArguments(args)).toThrow(words);
    expect(() => adoptArguments(args)).toThrow(UsageError);
  });

  it('is said of a commit, a folder and a repository that are not there', async () => {
    await using database = await createDatabase('adopt');
    const at = await repository(files);
    const commitless = await adopt(at, database, '--record', '--commit', '--all');
    expect(commitless.status).toBe(2);
    const unknown = await adopt(at, database, '--record', '--commit', 'nowhere');
    expect(unknown.err).toMatch(/^--commit nowhere: a commit, a tag or a branch/);
    const folder = await adopt(at, database, '--record', '--migrations', 'db');
    expect(folder.err).toMatch(/^--migrations: a folder was expected at .*\/db, and there is none\./);
    const rules = await adopt(at, database, '--rules', 'none.yml');
    expect(rules.err).toMatch(/^--rules none\.yml: the repository's \.github\/tidegate\.yml was expected/);
    const bare = await place();
    await write(bare, files);
    const outside = await adopt(bare, database, '--record');
    expect(outside.err).toMatch(/was expected to be in a Git repository, and is in none/);
    expect(await tables(database)).toEqual([]);
  });

  it('never repeats a password', async () => {
    const at = await repository(files);
    for (const url of [
      'postgres://u:geheim@127.0.0.1:1/d',
      databaseUrl('none').replace(/:[^:@]+@/, ':geheim@'),
    ]) {
      const { status, out, err } = await adopt(at, { url }, '--record');
      expect(status).toBe(1);
      expect(out + err).not.toContain('geheim');
    }
  });
});
