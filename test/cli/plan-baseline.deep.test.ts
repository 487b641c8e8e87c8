import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatabase, withClient, type TestDatabase } from '../support/postgres.ts';
import { leftBy, place, start, tidegate, write, type Place, type Result } from './tidegate.ts';

const down = '-- Down Migration\nSELECT 1;\n';

/** The first migration needs an extension that no server has any more. */
const migrations = {
  'migrations/0001_gone.sql': `-- Up Migration\nCREATE EXTENSION gone_for_good;\nCREATE TABLE shop (id int, place gone_type);\n${down}`,
  'migrations/0002_more.sql': `-- Up Migration\nALTER TABLE shop DROP COLUMN place, ADD COLUMN town text;\n${down}`,
  'migrations/0003_name.sql': `-- Up Migration\nALTER TABLE shop ADD COLUMN name text;\n-- Down Migration\nALTER TABLE shop DROP COLUMN name;\n`,
  'migrations/0004_new.sql': `-- Up Migration\nALTER TABLE shop ADD COLUMN mail text;\n-- Down Migration\nALTER TABLE shop DROP COLUMN mail;\n`,
};

/** As pg_dump writes it, and with what it writes that a shadow has no use for. */
const dump = `\\restrict Xy1
SET statement_timeout = 0;
SET setting_of_a_newer_version = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE EXTENSION IF NOT EXISTS gone_for_good WITH SCHEMA public;
COMMENT ON EXTENSION gone_for_good IS 'places';
CREATE FUNCTION public.towns() RETURNS SETOF text LANGUAGE sql AS 'SELECT town FROM public.shop';
CREATE TABLE public.pgmigrations (id integer NOT NULL, name character varying(255) NOT NULL, run_on timestamp NOT NULL);
CREATE SEQUENCE public.pgmigrations_id_seq AS integer OWNED BY public.pgmigrations.id;
ALTER TABLE ONLY public.pgmigrations ALTER COLUMN id SET DEFAULT nextval('public.pgmigrations_id_seq'::regclass);
CREATE TABLE public.shop (id integer, town text);
ALTER TABLE public.shop OWNER TO nobody_here;
GRANT SELECT ON TABLE public.shop TO nobody_here;
\\unrestrict Xy1
`;

const through = '-- tidegate:baseline through 0002_more\n';

async function repository(files: Readonly<Record<string, string>> = {}): Promise<Place> {
  const at = await place();
  await write(at, { ...migrations, ...files });
  return at;
}

const planFrom = (at: Place, ...args: readonly string[]): Promise<Result> =>
  tidegate(at, 'plan', '--base', '3', ...args);

describe('a history whose first migrations replay no more', () => {
  it('cannot be tried without a baseline, and says which way there is', async () => {
    const { status, out } = await planFrom(await repository());
    expect(status).toBe(1);
    expect(out).toContain('0001_gone does not. Mend that one first');
    expect(out).toContain('`baseline` in .github/tidegate.yml names a schema to start from instead');
  });

  it('is tried on a schema file that stands for them, and on what came after it', async () => {
    const at = await repository({ 'db/baseline.sql': through + dump });
    const { status, out, err } = await planFrom(at, '--baseline', 'db/baseline.sql');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('The shadow starts from db/baseline.sql, which stands for the first 2 migrations.');
    expect(out).toMatch(/ {2}town text,\n.*\n {2}\+ {2}name text,\n {2}\+ {2}mail text\n/);
    expect(out).not.toContain('pgmigrations');
    expect(await leftBy(at)).toEqual([]);
  });

  it('is red where the schema itself fails, with PostgreSQL’s words', async () => {
    const broken = `${through}CREATE TABLE shop (place gone_type);`;
    const { status, out } = await planFrom(await repository({ 'b.sql': broken }), '--baseline', 'b.sql');
    expect(status).toBe(1);
    expect(out).toContain('The shadow was to start from b.sql, and one of its statements fails');
    expect(out).toContain('type "gone_type" does not exist');
  });

  it('is red where the schema is no SQL, and at its line', async () => {
    const at = await repository({ 'b.sql': `${through}CREATE TABLE shop (;` });
    const { status, out } = await planFrom(at, '--baseline', 'b.sql');
    expect(status).toBe(1);
    expect(out).toContain('b.sql:2: The baseline (b.sql) cannot be used.');
  });

  it('is red where what came after the schema does not run on it', async () => {
    const at = await repository({ 'b.sql': `${through}CREATE TABLE other ();` });
    const { status, out } = await planFrom(at, '--baseline', 'b.sql');
    expect(status).toBe(1);
    expect(out).toContain('expected to run on a database made from b.sql, but 0003_name does not');
  });

  it('takes no file that is not there, and no schema of a target that is not named', async () => {
    const at = await repository();
    const missing = await planFrom(at, '--baseline', 'nowhere.sql');
    const unnamed = await planFrom(at, '--baseline', 'target');
    expect([missing, unnamed].map(({ status, out }) => ({ status, out }))).toEqual([
      { status: 2, out: '' },
      { status: 2, out: '' },
    ]);
    expect(missing.err).toBe(
      '--baseline nowhere.sql: a schema file was expected there, and it cannot be read.\n',
    );
    expect(unnamed.err).toContain('--against URL was expected with it');
  });
});

/** A pg_dump that prints `dump`, and keeps what it was called with. */
const fake = (version: string, ending: string): string => `#!/bin/sh
if [ "$1" = --version ]; then echo 'pg_dump (PostgreSQL) ${version}'; exit 0; fi
here=\${0%/*}
printf '%s\\n' "$@" >"$here/arguments"
${ending}
`;

async function withProgram(at: Place, program: string | null): Promise<string> {
  await write(at, {
    'programs/schema.sql': dump,
    ...(program === null ? {} : { 'programs/pg_dump': program }),
  });
  if (program !== null) await chmod(join(at.directory, 'programs/pg_dump'), 0o755);
  return join(at.directory, 'programs');
}

/** The target of the same history. */
async function target(): Promise<TestDatabase> {
  const database = await createDatabase('cli');
  await withClient(database.url, (client) =>
    client.query(
      `CREATE TABLE shop (id int, town text);
       CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
       INSERT INTO pgmigrations (name, run_on) VALUES ('0001_gone', '2026-01-01'), ('0002_more', '2026-01-02')`,
    ),
  );
  return database;
}

describe('the target’s own schema', () => {
  const against = async (at: Place, url: string, path: string): Promise<Result> => {
    const args = ['plan', '--against', url, '--baseline', 'target'];
    return start({ at, args, variables: { PATH: path } }).result;
  };
  // The command's own children (sh, unshare) are found beside it.
  const system = '/usr/sbin:/usr/bin:/sbin:/bin';

  it('stands for what its history holds, read by pg_dump, whose command line has no password', async () => {
    const at = await repository();
    await using database = await target();
    const programs = await withProgram(at, fake('18.1', 'env >"$here/environment"; cat "$here/schema.sql"'));
    const { status, out, err } = await against(at, database.url, `${programs}:${system}`);
    expect({ status, err }, out).toEqual({ status: 0, err: '' });
    expect(out).toMatch(
      /The shadow starts from the target's own schema, read at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, which stands for the 2 migrations of its history\./,
    );
    expect(out).toMatch(/1\. 0003_name up[^]*2\. 0004_new up/);
    const [args, environment] = await Promise.all(
      ['arguments', 'environment'].map((name) => readFile(join(programs, name), 'utf8')),
    );
    const { password, hostname, port, username } = new URL(database.url);
    expect(password.length).toBeGreaterThan(10);
    expect(args).toContain('--schema-only');
    expect(args).not.toContain(password);
    const asked = [`PGPASSWORD=${password}`, `PGHOST=${hostname}`, `PGPORT=${port}`, `PGUSER=${username}`];
    for (const line of asked) expect(environment).toContain(`${line}\n`);
  });

  it('is refused in words without a pg_dump, with an old one and where it fails, never with the password', async () => {
    await using database = await target();
    const { password, host } = new URL(database.url);
    const failing =
      'echo "pg_dump: error: permission denied for table shop (postgres://x:$PGPASSWORD@h)" >&2; exit 1';
    const answers: string[] = [];
    for (const program of [null, fake('15.18', ''), fake('18.0', failing)]) {
      const at = await repository();
      const programs = await withProgram(at, program);
      // Nothing but what is in the folder: the machine may have a pg_dump of its own.
      const { status, out } = await against(at, database.url, programs);
      expect(status).toBe(1);
      expect(out).not.toContain(password);
      answers.push(out.slice(out.indexOf('What is wrong'), out.indexOf('This cannot run')));
    }
    const text = answers.join('').replaceAll(host, 'HOST').replaceAll(database.name, 'NAME');
    await expect(text).toMatchFileSnapshot('golden/baseline-target-problems.txt');
  });
});
