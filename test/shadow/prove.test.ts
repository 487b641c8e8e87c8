import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { migration, openTestShadow, withBaseline, type MigrationText } from './bench.ts';

const base = { name: '1_base', up: 'CREATE TABLE people (id int PRIMARY KEY, name text);' };

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

/** Steps all up, then proves them. */
async function proofOf(texts: readonly MigrationText[]) {
  const migrations = await Promise.all(texts.map(migration));
  return withBaseline(server, [base], async (session) => {
    for (const one of migrations) expect((await session.step(one, 'up')).problem).toBeNull();
    return session.prove(migrations);
  });
}

describe('the proof of a way back', () => {
  it.each<[string, MigrationText, string, string]>([
    [
      'proven, and what goes with the down',
      { name: '2', up: 'ALTER TABLE people ADD a int;', down: 'ALTER TABLE people DROP a;' },
      'proven',
      'Up, down and up again ran, and the down brought back the schema. What was written to column public.people.a meanwhile goes with the down.',
    ],
    [
      'proven, where nothing is lost',
      { name: '2', up: 'CREATE INDEX i ON people (name);', down: 'DROP INDEX i;' },
      'proven',
      'Up, down and up again ran, and the down brought back the schema.',
    ],
    [
      'lossy, where the up drops a column that the down brings back empty',
      { name: '2', up: 'ALTER TABLE people DROP name;', down: 'ALTER TABLE people ADD name text;' },
      'lossy',
      'The up drops column public.people.name; the down brings the schema back, not the data.',
    ],
    [
      'lossy, where the up drops a table',
      {
        name: '2',
        up: 'DROP TABLE people;',
        down: 'CREATE TABLE people (id int PRIMARY KEY, name text);',
      },
      'lossy',
      'The up drops table public.people; the down brings the schema back, not the data.',
    ],
    [
      'lossy, where something is left over',
      {
        name: '2',
        up: 'CREATE TABLE IF NOT EXISTS a (); CREATE TABLE IF NOT EXISTS b ();',
        down: 'DROP TABLE a;',
      },
      'lossy',
      'After the down the schema is not what it was before: table public.b is left over.',
    ],
    [
      'irreversible, where there is no down',
      { name: '2', up: 'CREATE TABLE a ();' },
      'irreversible',
      'It has no down, so /rollback cannot take it back.',
    ],
  ])('says %s', async (_what, text, verdict, reason) => {
    const { reversibility, problems } = await proofOf([text]);
    expect(problems).toEqual([]);
    expect(reversibility).toEqual([{ migration: '2', verdict, reason }]);
  });

  it('takes several back, newest first', async () => {
    const { reversibility, problems } = await proofOf([
      { name: '2', up: 'CREATE TABLE a (id int);', down: 'DROP TABLE a;' },
      { name: '3', up: 'CREATE VIEW v AS SELECT id FROM a;', down: 'DROP VIEW v;' },
    ]);
    expect(problems).toEqual([]);
    expect(reversibility.map(({ migration: name, verdict }) => [name, verdict])).toEqual([
      ['2', 'proven'],
      ['3', 'proven'],
    ]);
  });

  it('says which stands in the way of those before it', async () => {
    const { reversibility } = await proofOf([
      { name: '2', up: 'CREATE TABLE a ();', down: 'DROP TABLE a;' },
      { name: '3', up: 'CREATE TABLE b ();' },
    ]);
    expect(reversibility).toEqual([
      {
        migration: '2',
        verdict: 'unproven',
        reason: 'Its down was not tried: 3 could not be taken back before it.',
      },
      {
        migration: '3',
        verdict: 'irreversible',
        reason: 'It has no down, so /rollback cannot take it back.',
      },
    ]);
  });

  it('is a problem where the down fails', async () => {
    const { reversibility, problems } = await proofOf([
      { name: '2', up: 'CREATE TABLE a ();', down: 'DROP TABLE a;\nDROP TABLE aa;' },
    ]);
    expect(reversibility[0]?.verdict).toBe('unproven');
    expect(problems).toEqual([
      {
        code: 'dry-run-down',
        migration: '2',
        path: 'migrations/2.sql',
        line: 2,
        message: 'Taking it back failed on the shadow: table "aa" does not exist.',
        detail: 'ERROR: table "aa" does not exist (SQLSTATE 42P01)',
      },
    ]);
  });

  it('is a problem where the up does not run a second time', async () => {
    const { problems } = await proofOf([
      { name: '2', up: 'CREATE TABLE a (); CREATE TYPE t AS ENUM ();', down: 'DROP TABLE a;' },
    ]);
    expect(problems).toMatchObject([
      {
        code: 'dry-run-up-again',
        message: 'Running it again after it was taken back failed on the shadow: type "t" already exists.',
      },
    ]);
  });
});
