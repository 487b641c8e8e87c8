import { getActions } from 'node-pg-migrate/sqlMigration';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CompiledMigration } from '../../src/domain/migration.ts';
import type { Problem } from '../../src/domain/problem.ts';
import { SqlSyntaxError, splitStatements } from '../../src/migrations/split.ts';
import { compile } from './migrations-folder.ts';

const marked = (up: string, down = 'SELECT 1;'): string =>
  `-- Up Migration\n${up}\n-- Down Migration\n${down}\n`;

describe('splitting SQL into statements', () => {
  it.each([
    ['nothing', ' \n', []],
    ['comments alone', '-- a\n/* b */;', []],
    ['one without a semicolon', 'SELECT 1', [['SELECT 1', 1]]],
    [
      'letters of several bytes before it',
      '-- é 🎉\nSELECT 1;\nSELECT 2',
      [
        ['SELECT 1', 2],
        ['SELECT 2', 3],
      ],
    ],
    [
      'comments before and between',
      '/* a\nb */ SELECT 1; -- c\n\n-- d\nSELECT 2;',
      [
        ['SELECT 1', 2],
        ['SELECT 2', 5],
      ],
    ],
    [
      'semicolons in strings',
      "SELECT ';'; SELECT $a$;$a$",
      [
        ["SELECT ';'", 1],
        ['SELECT $a$;$a$', 1],
      ],
    ],
    [
      'a function in standard SQL',
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3',
      [
        ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END', 1],
        ['SELECT 3', 1],
      ],
    ],
    [
      'Windows line ends',
      'SELECT 1;\r\nSELECT\r\n2;\r\n',
      [
        ['SELECT 1', 1],
        ['SELECT\r\n2', 2],
      ],
    ],
  ])('finds %s', async (_, sql, expected) => {
    expect((await splitStatements(sql)).map(({ sql: text, line }) => [text, line])).toEqual(expected);
  });

  it('counts lines from the first line given, for statements and for errors', async () => {
    expect(await splitStatements('\nSELECT 1', 10)).toEqual([{ sql: 'SELECT 1', line: 11 }]);
    const failing = splitStatements("-- é\nSELECT '🎉';\nSELEC 1", 10);
    await expect(failing).rejects.toThrow(SqlSyntaxError);
    await expect(failing).rejects.toMatchObject({ line: 12, message: 'syntax error at or near "SELEC"' });
  });
});

describe('a .sql migration', () => {
  it('has up and down as its markers say, with the lines of the file', async () => {
    const text =
      '-- Up Migration\n\nCREATE TABLE t (a int);\nCREATE INDEX ON t (a);\n\n-- Down Migration\nDROP TABLE t;\n';
    const { compiled, problems, notes } = await compile({ '1_a.sql': text });
    expect(problems).toEqual([]);
    expect(notes).toEqual([]);
    expect(compiled).toMatchObject([
      {
        name: '1_a',
        path: 'migrations/1_a.sql',
        up: {
          transaction: true,
          statements: [
            { sql: 'CREATE TABLE t (a int)', line: 3 },
            { sql: 'CREATE INDEX ON t (a)', line: 4 },
          ],
        },
        down: { transaction: true, statements: [{ sql: 'DROP TABLE t', line: 7 }] },
        asksDatabase: false,
      },
    ]);
  });

  it.each([
    ['down before up', '-- Down Migration\nSELECT 2;\n-- Up Migration\nSELECT 1;'],
    ['dashes and capitals', '---- UP   MIGRATION ----\nSELECT 1;\n--down migration: careful\nSELECT 2;'],
    ['no down', '-- Up Migration\nSELECT 1;'],
    ['no markers', 'SELECT 1; SELECT 2'],
  ])('is read as node-pg-migrate reads it: %s', async (_, text) => {
    const ran = { up: '', down: '' };
    const actions = getActions(text);
    for (const direction of ['up', 'down'] as const) {
      const action: unknown = actions[direction];
      const pgm = { sql: (sql: string) => void (ran[direction] = sql) };
      if (typeof action === 'function') Reflect.apply(action, undefined, [pgm]);
    }
    const { compiled } = await compile({ '1_a.sql': text });
    const sqls = (statements: readonly { sql: string }[]): string[] => statements.map(({ sql }) => sql);
    expect(sqls(compiled[0]?.up.statements ?? [])).toEqual(sqls(await splitStatements(ran.up)));
    expect(sqls(compiled[0]?.down?.statements ?? [])).toEqual(sqls(await splitStatements(ran.down)));
    expect(compiled[0]?.down === null).toBe(actions.down === false);
  });

  it('without markers is all up, and says so once for all of them', async () => {
    const { compiled, problems, notes } = await compile({ '1_a.sql': 'SELECT 1', '2_b.sql': 'SELECT 2' });
    expect(problems).toEqual([]);
    expect(compiled.map(({ down }) => down)).toEqual([null, null]);
    expect(notes).toEqual([
      'Without "-- Up Migration" and "-- Down Migration" the whole file is up and there is no down: 1_a, 2_b.',
    ]);
  });

  it.each([
    ['-- down', 3],
    ['-- migrate:down', 3],
    ['-- migrate:down transaction:false', 3],
    ['-- +goose Down', 3],
    ['--//@UNDO', 3],
    ['-- rollback', 3],
    ['-- Migration Down', 3],
    ['-- Down-Migration', 3],
    ['/* Down */', 3],
    ['-- ==== DOWN ====', 3],
  ])('is refused where a down marker is written %s', async (mark, line) => {
    for (const head of ['-- Up Migration', '-- up']) {
      const { compiled, problems } = await compile({
        '1_a.sql': `${head}\nSELECT 1;\n${mark}\nDROP TABLE t;\n`,
      });
      expect(compiled).toEqual([]);
      expect(problems).toMatchObject([{ code: 'file-markers', path: 'migrations/1_a.sql', line }]);
      expect(problems[0]?.message).toContain('"-- Up Migration" and "-- Down Migration"');
    }
  });

  it('is refused where a down marker stands without an up marker', async () => {
    const { problems } = await compile({
      '1_a.sql': 'CREATE TABLE t ();\n\n-- Down Migration\nDROP TABLE t;',
    });
    expect(problems).toMatchObject([{ code: 'file-markers', line: 3 }]);
    expect(problems[0]?.message).toContain('would run the whole file as up');
  });

  it('is refused where statements stand before the first marker', async () => {
    const { problems } = await compile({ '1_a.sql': `-- fine\nSELECT 0;\n${marked('SELECT 1;')}` });
    expect(problems).toMatchObject([{ code: 'file-markers', line: 2 }]);
  });

  it.each([
    ['a comment that only speaks of it', '-- Down payments go into a table of their own\nSELECT 1;'],
    ['a string', "SELECT '\n-- down\n';"],
    ['a function body', 'DO $$ BEGIN\n-- rollback\nPERFORM 1; END $$;'],
  ])('is not refused for %s', async (_, text) => {
    expect((await compile({ '1_a.sql': text })).problems).toEqual([]);
  });

  it('names the line where PostgreSQL refuses it', async () => {
    const { problems } = await compile({ '1_a.sql': marked('SELECT 1;\n-- é\nCREATE TABEL t ();') });
    expect(problems).toMatchObject([
      { code: 'syntax', path: 'migrations/1_a.sql', line: 4, detail: 'syntax error at or near "TABEL"' },
    ]);
  });

  it('takes the statements of a down that fails to parse for a problem too', async () => {
    const { problems } = await compile({ '1_a.sql': marked('SELECT 1;', 'DROP TABEL t;') });
    expect(problems).toMatchObject([{ code: 'syntax', line: 4 }]);
  });
});

interface Outcome {
  readonly problem: Problem | undefined;
  readonly compiled: CompiledMigration | undefined;
}

/** Compiles a table of files in one batch; gives what became of each by its row's first word. */
function outcomesOf(files: readonly (readonly [row: string, text: string])[], extension: string) {
  let outcomes = new Map<string, Outcome>();
  beforeAll(async () => {
    const names = files.map(([, text], index) => [`${String(index + 1)}_a.${extension}`, text] as const);
    const { compiled, problems } = await compile(Object.fromEntries(names));
    outcomes = new Map(
      files.map(([row], index) => {
        const name = `${String(index + 1)}_a`;
        const problem = problems.find(({ migration }) => migration === name);
        return [row, { problem, compiled: compiled.find((migration) => migration.name === name) }];
      }),
    );
  });
  return (row: string): Outcome => outcomes.get(row) ?? { problem: undefined, compiled: undefined };
}

describe('statements that do not fit into a migration', () => {
  const control = [
    ['BEGIN'],
    ['COMMIT'],
    ['END'],
    ['ROLLBACK AND CHAIN'],
    ["PREPARE TRANSACTION 'x'"],
    ["COMMIT PREPARED 'x'"],
    ['SET ROLE x'],
    ['SET LOCAL ROLE x'],
    ['RESET ROLE'],
    ['SET SESSION AUTHORIZATION x'],
    ['RESET SESSION AUTHORIZATION'],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
    ['DISCARD ALL'],
    ["SELECT pg_catalog.set_config('role', 'x', false)"],
  ] as const;
  const asControl = outcomesOf(
    control.map(([statement]) => [statement, marked(`SELECT 1;\n${statement};`)]),
    'sql',
  );
  it.each(control)('%s is transaction control', (statement) => {
    expect(asControl(statement).problem).toMatchObject({ code: 'transaction-control', line: 3 });
  });

  const harmless = [
    ['SAVEPOINT a; ROLLBACK TO a; RELEASE a'],
    ["SET lock_timeout = '5s'"],
    ['SET LOCAL search_path = x'],
    ["SELECT set_config('lock_timeout', '5s', true)"],
    ['REINDEX TABLE x'],
    ["ALTER TYPE a ADD VALUE 'b'"],
    ['REFRESH MATERIALIZED VIEW CONCURRENTLY x'],
    ["CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)"],
    ['CLUSTER t USING i'],
    ['ANALYZE t'],
  ] as const;
  const asHarmless = outcomesOf(
    harmless.map(([statements]) => [statements, marked(`${statements};`)]),
    'sql',
  );
  it.each(harmless)('%s is none of those', (statements) => {
    expect(asHarmless(statements).problem).toBeUndefined();
    expect(asHarmless(statements).compiled).toBeDefined();
  });

  const alone = [
    ['CREATE INDEX CONCURRENTLY i ON t (a)'],
    ['DROP INDEX CONCURRENTLY i'],
    ['REINDEX INDEX CONCURRENTLY i'],
    ['REINDEX (CONCURRENTLY) TABLE t'],
    ['REINDEX SCHEMA s'],
    ['VACUUM t'],
    ['CLUSTER'],
    ['CREATE DATABASE d'],
    ['DROP DATABASE d'],
    ["CREATE TABLESPACE s LOCATION '/x'"],
    ['ALTER SYSTEM SET work_mem = 1'],
    ['ALTER DATABASE d SET TABLESPACE s'],
    ['ALTER TABLE t DETACH PARTITION p CONCURRENTLY'],
    ["CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p"],
    ['DROP SUBSCRIPTION s'],
  ] as const;
  const asAlone = outcomesOf(
    alone.map(([statement]) => [statement, marked(`SELECT 1;\n${statement};`)]),
    'sql',
  );
  it.each(alone)('%s cannot run in the transaction of a .sql migration', (statement) => {
    const { problem } = asAlone(statement);
    expect(problem).toMatchObject({ code: 'mixed-transaction', line: 3 });
    expect(problem?.message).toContain('in JavaScript, with pgm.noTransaction()');
  });

  const outside = (statement: string): string =>
    `exports.up = (pgm) => { pgm.noTransaction(); pgm.sql("SET lock_timeout = 0"); pgm.sql(${JSON.stringify(statement)}) }; exports.down = false`;
  const asOutside = outcomesOf(
    alone.map(([statement]) => [statement, outside(statement)]),
    'js',
  );
  it.each(alone)('%s runs in a migration of its own without one', (statement) => {
    const { problem, compiled } = asOutside(statement);
    expect(problem).toBeUndefined();
    expect(compiled?.up).toMatchObject({ transaction: false, statements: [{}, { sql: statement }] });
  });

  it('refuses to mix them with others without a transaction, with the split to make (fault 44)', async () => {
    const text =
      'exports.up = (pgm) => {\n  pgm.noTransaction();\n  pgm.addColumn("t", { a: "int" });\n  pgm.createIndex("t", "a", { method: "btree", concurrently: true });\n};\nexports.down = false;\n';
    const { problems } = await compile({ '1_a.js': text });
    expect(problems).toMatchObject([{ code: 'mixed-transaction', line: 4 }]);
    expect(problems[0]?.message).toContain('Split it: one migration with pgm.noTransaction()');
  });

  it('refuses COPY that waits for a client', async () => {
    const { problems } = await compile({ '1_a.sql': marked('COPY t FROM STDIN;') });
    expect(problems).toMatchObject([{ code: 'syntax', line: 2 }]);
  });
});
