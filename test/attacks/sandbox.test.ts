import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/domain/problem.ts';
import { limits } from '../../src/migrations/limits.ts';
import { compile, module } from '../migrations/migrations-folder.ts';
import { whileAnswering } from '../support/answering.ts';

const up = (body: string): string => `exports.up = (pgm) => {\n${body}\n};\nexports.down = false;\n`;
const honest = up("pgm.sql('SELECT 1');");

type Attack = readonly [name: string, text: string, ...rest: unknown[]];

/**
 * Compiles all attacks in one batch, with an honest migration after them: gives the problem of each by its name.
 * The honest one must come out whole, what lies outside of the sandbox must be as it was, and the app must have
 * answered all the while.
 */
async function refused(attacks: readonly Attack[]): Promise<Map<string, Problem>> {
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-canary-'));
  try {
    const canary = join(folder, 'canary');
    await writeFile(canary, 'alive');
    const fileOf = (index: number): string => `${String(index + 1)}_attack.ts`;
    const files = attacks.map(([, text], index): [string, string] => [
      fileOf(index),
      text.replace('CANARY', canary),
    ]);
    const all = Object.fromEntries(new Map([...files, ['999_honest.js', honest]]));
    const { compiled, problems } = await whileAnswering(() => compile(all, { compileMs: 1500 }));
    expect(compiled.map(({ name, up: { statements } }) => [name, statements.length])).toEqual([
      ['999_honest', 1],
    ]);
    expect(readFileSync(canary, 'utf8')).toBe('alive');
    expect(Reflect.get(Object.prototype, 'polluted')).toBeUndefined();
    const byPath = new Map(problems.map((problem) => [problem.path, problem]));
    expect(byPath.size).toBe(problems.length);
    return new Map(
      attacks.flatMap(([name], index) => {
        const problem = byPath.get(`migrations/${fileOf(index)}`);
        return problem === undefined ? [] : [[name, problem] as const];
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a migration that reaches out of the sandbox', () => {
  const attacks = [
    ['process', up('process.exit(1)'), '"process" is not available'],
    ['fetch', up("fetch('http://127.0.0.1')"), '"fetch" is not available'],
    ['timers', up('setTimeout(() => undefined, 1)'), '"setTimeout" is not available'],
    ['a socket', up("new WebSocket('ws://127.0.0.1')"), '"WebSocket" is not available'],
    ['require', up("require('node:fs').unlinkSync('CANARY')"), 'cannot import "node:fs"'],
    [
      'a path above the folder',
      up("require('../../../../etc/passwd')"),
      'cannot import "../../../../etc/passwd"',
    ],
    ['an absolute path', up("require('/etc/passwd')"), 'cannot import "/etc/passwd"'],
    ['an npm package', up("require('pg')"), 'cannot import "pg"'],
    [
      "a constructor's constructor",
      up("pgm.constructor.constructor('return process')().exit()"),
      '"process" is',
    ],
    [
      "a host function's constructor",
      up("pgm.db.query.constructor('return process')().exit()"),
      '"process" is',
    ],
    ['eval', up("(0, eval)('process')"), '"process" is not available'],
    ['the folder of its file', up('pgm.sql(__dirname)'), '"__dirname" is not available'],
    ['an import of a package', "\nimport pg from 'pg'; export const up = () => pg;", 'cannot import "pg"'],
    ['import()', "\nexport const up = async () => { await import('node:fs'); };", 'cannot import "node:fs"'],
  ] as const;
  let problems = new Map<string, Problem>();
  beforeAll(async () => {
    problems = await refused(attacks);
  });

  it.each(attacks)('finds no way by %s', (name, _, words) => {
    expect(problems.get(name)).toMatchObject({ code: 'compile', line: 2 });
    expect(problems.get(name)?.message).toContain(words);
  });
});

describe('a migration that does not end', () => {
  const attacks = [
    ['a loop', up('for (;;);')],
    ['a regular expression', up("/^(a+)+$/.test('a'.repeat(60) + 'b')")],
    ['catch and finally', up('for (;;) { try { throw 1 } catch { continue } finally { continue } }')],
    ['microtasks', up('const again = () => Promise.resolve().then(again); return again();')],
    ['a native loop that no interrupt sees', up('const a = []; a.length = 2 ** 32 - 1; a.reverse();')],
    [
      'a proxy of proxies',
      up('let p = {}; for (let i = 0; i < 1e5; i += 1) p = new Proxy(p, {}); for (;;) p.x;'),
    ],
    ['a promise that never settles', up('return new Promise(() => undefined);')],
    ['its down', 'exports.up = () => undefined; exports.down = () => { for (;;); };'],
  ] as const;
  let problems = new Map<string, Problem>();
  beforeAll(async () => {
    problems = await refused(attacks);
  });

  it.each(attacks)('is stopped in %s', (name) => {
    expect(problems.get(name)).toMatchObject({ code: 'compile' });
    expect(problems.get(name)?.message).toMatch(/within 1.5 seconds|stack|memory|never settles/);
  });
});

describe('a migration that takes too much', () => {
  const doubling = Array.from({ length: 60 }, (_, i) =>
    i === 0 ? "b0 = 'xxxxxxxxxxxxxxxx'" : `b${String(i)} = b${String(i - 1)} + b${String(i - 1)}`,
  );
  const attacks = [
    ['buffers', up('const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1));')],
    ['strings', up("const a = []; for (let s = 'x'; ; s += s) a.push(s + a.length);")],
    ['200 MiB at once', up('new ArrayBuffer(200 << 20);')],
    ['its stack', up('const f = () => f(); f();')],
    ['200,000 steps', up("for (let i = 0; i < 200000; i += 1) pgm.sql('SELECT 1');")],
    ['30,000 steps at once', up('pgm.getSqlSteps = () => Array.from({ length: 30000 }, () => "SELECT 1");')],
    [
      '300,000 steps behind the back of the count',
      up(
        "const s = { sql: 'X', place: null }; const all = new Array(3e5).fill(s); pgm.getSqlSteps = () => ({ length: 0, map: () => all, [Symbol.iterator]: () => [][Symbol.iterator]() });",
      ),
    ],
    ['30 MB of SQL', up("pgm.sql('SELECT 1 -- ' + 'x'.repeat(30e6));")],
    ['an enum whose members double', `enum A { ${doubling.join(', ')} }\nexport const up = () => A.b59;`],
    ['brackets without end', `export const up = ${'('.repeat(100_000)}1${')'.repeat(100_000)};`],
  ] as const;
  let problems = new Map<string, Problem>();
  beforeAll(async () => {
    problems = await refused(attacks);
  });

  it.each(attacks)('is refused for %s', (name) => {
    expect(problems.get(name)).toMatchObject({ code: 'compile' });
  });

  it('is refused for SQL that overflows the parser, again and again, and the parser lives', async () => {
    const deep = `SELECT 1${'+1'.repeat(20_000)}`;
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${String(i + 1)}_deep.sql`, deep]),
    );
    const { compiled, problems: found } = await compile({ ...files, '99_honest.sql': 'SELECT 1' });
    expect(found.map(({ code }) => code)).toEqual(Array.from({ length: 40 }, () => 'syntax'));
    expect(compiled.map(({ name }) => name)).toEqual(['99_honest']);
  });
});

describe('a migration that lies', () => {
  const attacks = [
    ['NUL', up(String.raw`pgm.sql('SELECT \'a\0b\'')`)],
    ['half a character', up(String.raw`pgm.sql('SELECT \'\ud800\'')`)],
    [
      'steps that are no strings',
      up('pgm._steps = [{ toString: () => "SELECT 1" }]; pgm.getSqlSteps = () => [1]'),
    ],
    ['a clock', up('pgm.sql(`SELECT ${Date.now()}`)')],
    ['a date', up('pgm.sql(`SELECT ${new Date().getFullYear()}`)')],
    [
      "a date behind another's constructor",
      up('pgm.sql(`SELECT ${new (new Date(0).constructor)().getTime()}`)'),
    ],
    ['random numbers', up('pgm.sql(`SELECT ${Math.random()}`)')],
    [
      'a class of its own in the place of Promise',
      up('globalThis.Promise = class { then() {} }; return new Promise()'),
    ],
  ] as const;
  let problems = new Map<string, Problem>();
  beforeAll(async () => {
    problems = await refused(attacks);
  });

  it.each(attacks)('is refused for %s', (name) => {
    expect(problems.get(name)).toMatchObject({ code: 'compile' });
  });

  it.each([
    [
      'its shorthands',
      `exports.shorthands = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}');`,
    ],
    ['Object.prototype', 'Object.prototype.polluted = true;'],
    [
      'a patched JSON',
      'JSON.stringify = () => \'{"kind":"compiled"}\'; JSON.parse = () => ({ polluted: true });',
    ],
    ['a patched Array', 'Array.prototype.map = () => []; Array.prototype.push = () => 0;'],
    ['a reply on the channel', `console.log('{"kind":"answer","value":{"kind":"compiled"}}');`],
  ])('spoils nothing but itself through %s', async (_, preface) => {
    const text = `${preface}\nexports.up = (pgm) => { pgm.sql('SELECT 2'); };\nexports.down = false;\n`;
    const { compiled } = await compile({ '1_attack.js': text, '2_honest.js': honest });
    expect(compiled.find(({ name }) => name === '2_honest')?.up.statements).toEqual([
      { sql: 'SELECT 1', line: 2 },
    ]);
    expect(Reflect.get(Object.prototype, 'polluted')).toBeUndefined();
  });

  it('asks the database only where it may, and only so often', async () => {
    const asked: string[] = [];
    const ask = (sql: string): Promise<Record<string, unknown>[]> => {
      asked.push(sql);
      return Promise.resolve([{ n: 7 }]);
    };
    const often =
      "exports.up = async (pgm) => { for (;;) await pgm.db.select('SELECT 1'); }; exports.down = false;";
    const once =
      'exports.up = async (pgm) => { const { rows } = await pgm.db.query("SELECT 7 AS n"); pgm.sql(`SELECT ${rows[0].n}`); }; exports.down = false;';
    const refused = await compile({ '1_a.js': once });
    expect(refused.problems).toMatchObject([{ code: 'asks-database', path: 'migrations/1_a.js' }]);
    const { compiled, problems } = await compile({ '1_a.js': once, '2_b.js': often }, { ask });
    expect(compiled).toMatchObject([{ asksDatabase: true, up: { statements: [{ sql: 'SELECT 7' }] } }]);
    expect(problems).toMatchObject([{ code: 'compile', path: 'migrations/2_b.js' }]);
    expect(asked).toHaveLength(101);
  });
});

describe('the sandbox itself', () => {
  it('leaves no folder behind, whatever became of its children', async () => {
    const own = await mkdtemp(join(tmpdir(), 'tidegate-tmp-'));
    const usual = process.env['TMPDIR'];
    process.env['TMPDIR'] = own;
    try {
      let seen = 0;
      const watch = setInterval(() => (seen = Math.max(seen, readdirSync(own).length)), 20);
      const files = { '1_loop.js': up('for (;;);'), '2_honest.sql': 'SELECT 1' };
      await compile(files, { compileMs: 1500 }).finally(() => clearInterval(watch));
      expect(seen).toBeGreaterThan(0);
      expect(readdirSync(own)).toEqual([]);
    } finally {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
      await rm(own, { recursive: true });
    }
  });

  it('ends at once where the plan is superseded', async () => {
    const controller = new AbortController();
    let abortedAt = 0;
    setTimeout(() => {
      abortedAt = performance.now();
      controller.abort(new Error('superseded'));
    }, 800);
    const compiling = compile({ '1_a.js': up('for (;;);') }, { signal: controller.signal });
    await expect(compiling).rejects.toThrow('superseded');
    // By itself it would end at its deadline.
    expect(performance.now() - abortedAt).toBeLessThan(limits.compileMs / 2);
  });

  it('lets helpers in the folder be imported and nothing else of it', async () => {
    const text = "const { a } = require('./helper'); exports.up = (pgm) => pgm.sql(a); exports.down = false;";
    const { compiled } = await compile(
      { '1_a.js': text },
      { modules: [module('helper.js', "exports.a = 'SELECT 3'")] },
    );
    expect(compiled[0]?.up.statements[0]?.sql).toBe('SELECT 3');
  });
});
