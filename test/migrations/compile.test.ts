import { describe, expect, it } from 'vitest';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { compile, memoryCache, module } from './migrations-folder.ts';

const code = (body: string): string => `exports.up = (pgm) => { ${body} };\nexports.down = false;\n`;

/** What the app's own process started and kept running, as far as Node knows. */
const children = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;

describe('compiling what was compiled before', () => {
  it('starts nothing, and gives the same', async () => {
    const files: Record<string, string> = { '1_a.js': code("pgm.sql('SELECT 1')"), '2_b.sql': 'SELECT 2' };
    const cache = memoryCache();
    const first = await compile(files, { cache });
    await expect.poll(children).toBe(0);
    const compiling = compile(files, { cache });
    let seen = 0;
    const watch = setInterval(() => (seen = Math.max(seen, children())), 1);
    expect(await compiling).toEqual(first);
    clearInterval(watch);
    expect(seen).toBe(0);
  });

  it('is quick for 2,000 migrations', async () => {
    const up = (n: number): string => `-- Up Migration\nSELECT ${String(n)};\n-- Down Migration\nSELECT 0;\n`;
    const names = Array.from({ length: 2000 }, (_, index) => [`${String(index + 1)}_a.sql`, up(index)]);
    const files = Object.fromEntries(names) as Record<string, string>;
    const cache = memoryCache();
    expect((await compile(files, { cache })).compiled).toHaveLength(2000);
    const started = performance.now();
    expect((await compile(files, { cache })).compiled).toHaveLength(2000);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it.each([
    ['a helper', { modules: [module('h.js', "exports.a = 'SELECT 9'")] }, 'SELECT 9'],
    ['an earlier shorthand', { shorthand: 'date' }, 'ALTER TABLE "t"\n  ADD "a" date'],
    ['decamelize', { decamelize: true }, 'ALTER TABLE "my_table"\n  ADD "a" integer'],
  ])('looks anew where %s changed', async (_, change: Change, expected) => {
    const cache = memoryCache();
    const before = await compileWith(cache, {});
    const after = await compileWith(cache, change);
    expect(before).not.toContain(expected);
    expect(after).toContain(expected);
  });

  it('keeps nothing of a migration that asked the database', async () => {
    const cache = memoryCache();
    const asks =
      'exports.up = async (pgm) => { for (const { n } of await pgm.db.select("SELECT")) pgm.sql(`SELECT ${n}`); }; exports.down = false;';
    for (const n of [1, 2]) {
      const { compiled } = await compile({ '1_a.js': asks }, { cache, ask: () => Promise.resolve([{ n }]) });
      expect(compiled).toMatchObject([
        { asksDatabase: true, up: { statements: [{ sql: `SELECT ${String(n)}` }] } },
      ]);
    }
    expect([...cache.kept.keys()].filter((key) => key.startsWith('compile:'))).toEqual([]);
  });

  it('does not trust what another version kept in another shape', async () => {
    const cache = memoryCache();
    await compile({ '1_a.sql': 'SELECT 1' }, { cache });
    for (const key of [...cache.kept.keys()].filter((kept) => kept.startsWith('split:')))
      cache.kept.set(key, '{"up":[]}');
    expect((await compile({ '1_a.sql': 'SELECT 1' }, { cache })).compiled).toHaveLength(1);
  });
});

interface Change {
  readonly modules?: ReturnType<typeof module>[];
  readonly shorthand?: string;
  readonly decamelize?: boolean;
}

async function compileWith(cache: ReturnType<typeof memoryCache>, change: Change): Promise<string[]> {
  const files = {
    '1_a.js': `exports.shorthands = { key: '${change.shorthand ?? 'uuid'}' }; ${code('')}`,
    '2_b.js': code("pgm.sql(require('./h.js').a)"),
    '3_c.js': code("pgm.addColumn('t', { a: 'key' })"),
    '4_d.js': code("pgm.addColumn('myTable', { a: 'int' })"),
  };
  const { compiled } = await compile(files, {
    cache,
    modules: change.modules ?? [module('h.js', "exports.a = 'SELECT 8'")],
    settings: { ...defaultMigrationSettings, decamelize: change.decamelize ?? false },
  });
  return compiled.flatMap(({ up }) => up.statements.map(({ sql }) => sql));
}

describe('code that does not compile', () => {
  it.each([
    [
      'a syntax error',
      'exports.up = (pgm) => {\n  pgm.sql(\n};',
      '1_a.js',
      3,
      "unexpected token in expression: '}'",
    ],
    [
      'a syntax error in TypeScript',
      'export const up = (): void => {\n  let x: = 1;\n};',
      '1_a.ts',
      2,
      'Unexpected "="',
    ],
    ['no up', 'exports.down = () => undefined;', '1_a.js', undefined, 'expected an exported function "up"'],
    ['an empty module', '// nothing', '1_a.js', undefined, 'expected an exported function "up"'],
    [
      'a throw in TypeScript',
      'interface A {\n  b: string;\n}\nexport const up = (a: A): void => {\n  throw new Error(`oh ${typeof a}`);\n};',
      '1_a.ts',
      5,
      'Error: oh object',
    ],
    [
      'wrong use of pgm',
      "exports.up = (pgm) => {\n\n  pgm.createTabel('x');\n};",
      '1_a.js',
      3,
      'not a function',
    ],
    [
      'SQL that does not parse',
      "exports.up = (pgm) => {\n  pgm.sql('SELECT 1');\n  pgm.sql('SELEC 2');\n};",
      '1_a.js',
      3,
      'syntax error at or near "SELEC"',
    ],
    [
      'a helper that is not there',
      "const a = require('./gone');\nexports.up = () => a;",
      '1_a.js',
      1,
      'cannot import "./gone"',
    ],
    ['await at the top', 'await 1;\nexport const up = () => undefined;', '1_a.mjs', 1, 'Top-level await'],
    [
      'parameters in a query',
      "exports.up = (pgm) => pgm.db.query('SELECT $1', [1]);",
      '1_a.js',
      1,
      'takes no parameters',
    ],
  ])('is a problem with its line: %s', async (_, text, name, line, words) => {
    const ask = (): Promise<[]> => Promise.resolve([]);
    const { compiled, problems } = await compile({ [name]: text }, { ask });
    expect(compiled).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(words);
    expect(problems[0]?.line).toBe(line);
    expect(problems[0]?.path).toBe(`migrations/${name}`);
  });
});
