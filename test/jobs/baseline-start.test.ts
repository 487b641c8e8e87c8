import { describe, expect, it } from 'vitest';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { startFromFile, startOf, type StartQuestion } from '../../src/jobs/planning/baseline-start.ts';
import { openSandbox } from '../../src/migrations/sandbox/sandbox.ts';

const question: StartQuestion = {
  actual: ['0001_a', '0002_b', '0003_c'],
  baseline: ['0001_a', '0002_b', '0003_c', '0004_d'],
  files: ['0001_a', '0002_b', '0003_c', '0004_d', '0005_e'],
  adds: ['0005_e'],
};
const schema = '-- tidegate:baseline through 0002_b\nCREATE TABLE a ();\n';
const sandbox = openSandbox();
const never = new AbortController().signal;

const path = 'db/baseline.sql';
const start = (sql: string | null, through: string | null = null, asked = question) =>
  startFromFile({ path, through, sql }, asked, { sandbox }, never);

function said(sql: string | null, through?: string, asked?: StartQuestion): string {
  const answer = start(sql, through, asked);
  return answer.kind === 'problem' ? answer.problem.message : answer.kind;
}

describe('a schema file', () => {
  it('stands for the migrations through the one that it names', () => {
    const answer = start(schema);
    expect(answer).toMatchObject({
      start: { label: path, standsFor: ['0001_a', '0002_b'] },
      note: 'The shadow starts from db/baseline.sql, which stands for the first 2 migrations.',
    });
    expect(start(schema.replace('0002_b', '0001_a.sql'))).toMatchObject({
      start: { standsFor: ['0001_a'] },
      note: 'The shadow starts from db/baseline.sql, which stands for the first migration.',
    });
    expect(start('CREATE TABLE a ();', '0003_c')).toMatchObject({
      start: { standsFor: ['0001_a', '0002_b', '0003_c'] },
    });
    expect(start(schema, '0002_b.sql')).toMatchObject({ start: { standsFor: ['0001_a', '0002_b'] } });
  });

  it('has a digest of its content, but not of the word that pg_dump fences it with', () => {
    const digestOf = (sql: string): string | null => {
      const answer = start(sql);
      return answer.kind === 'start' ? answer.start.digest : null;
    };
    expect(digestOf(`${schema}CREATE TABLE b ();`)).not.toBe(digestOf(schema));
    expect(digestOf(`\\restrict aB3\n${schema}\\unrestrict aB3\n`)).toBe(
      digestOf(`\\restrict cD4\n${schema}\\unrestrict cD4\n`),
    );
  });

  it('is refused in words where it is missing, silent or does not fit', async () => {
    const lines = [
      said(null),
      said('CREATE TABLE a ();'),
      said(schema, '0003_c'),
      said(schema.replace('0002_b', '0002_d')),
      said(schema.replace('0002_b', 'nothing_like_it')),
      said(schema.replace('0002_b', '0004_d')),
      said(schema, undefined, { ...question, actual: [], baseline: ['0001_a', '0002_b'] }),
    ];
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/baseline-problems.txt');
  });
});

describe('the schema of a target', () => {
  const key = { repositoryId: 1, environment: 'prod' };
  const clock = (): Date => new Date('2026-11-25T09:30:00.500Z');

  /** Asked by a plan for `question`, while the target says that it holds `history`. */
  const asked = (history: readonly string[]) => {
    const targets = { schema: () => Promise.resolve({ sql: 'CREATE TABLE a ();', history }) };
    const place = { key, settings: defaultMigrationSettings, readFile: () => Promise.resolve(null) };
    return startOf({ kind: 'target' }, place, { sandbox, targets, clock })?.(question, never);
  };

  it('stands for the whole history that was planned on', async () => {
    expect(await asked(question.actual)).toMatchObject({
      start: { label: "the target's own schema", standsFor: question.actual },
      note: "The shadow starts from the target's own schema, read at 2026-11-25 09:30:00 UTC, which stands for the 3 migrations of its history.",
    });
  });

  it('is not tried on where an interrupted apply made some of the steps already', async () => {
    expect(await asked([...question.actual, '0005_e'])).toEqual({ kind: 'begun' });
  });

  it.each([
    ['something else was applied meanwhile', [...question.actual, '0004_d']],
    ['something was taken back meanwhile', ['0001_a', '0002_b']],
  ])('is refused where %s', async (_what, history) => {
    expect(await asked(history)).toMatchObject({
      problem: {
        code: 'baseline',
        message:
          'The history of prod moved while its schema was read, so that the two do not fit each other. Comment `/plan` to have it read again.',
      },
    });
  });
});

describe('its statements', () => {
  it.each([
    [
      'a syntax error',
      'CREATE TABLE a (\n',
      /^The baseline \(db\/baseline\.sql\) cannot be used\. .*end of input/,
    ],
    [
      'a transaction of its own',
      'CREATE TABLE a ();\nBEGIN;',
      /cannot be used: each of its statements runs by itself/,
    ],
    [
      'another role',
      'SET SESSION AUTHORIZATION postgres;',
      /cannot be used: each of its statements runs by itself/,
    ],
    [
      'data',
      'CREATE TABLE a ();\nCOPY a FROM stdin;',
      /this COPY reads data that nobody feeds.*--schema-only/,
    ],
  ])('are refused where they hold %s', async (_what, sql, message) => {
    const answer = start(`-- tidegate:baseline through 0002_b\n${sql}`);
    const load = answer.kind === 'start' ? answer.start.load() : Promise.resolve([]);
    await expect(load).rejects.toThrow(message);
  });
});
