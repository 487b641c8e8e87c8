import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompiledMigration } from '../../src/domain/migration.ts';
import type { StepTrial } from '../../src/shadow/session.ts';
import { compile } from '../migrations/migrations-folder.ts';
import { migration, withBaseline } from '../shadow/bench.ts';
import { whileAnswering } from '../support/answering.ts';
import { seeded, type Seeded } from '../support/seeded.ts';
import { openScene, type ShadowScene } from '../support/shadow-scene.ts';
import { codePieces, sqlPieces } from './hostile-pieces.ts';

// TIDEGATE_FUZZ_SEED=… runs the same again; the seed stands in the names of the tests.
const seed = Number(process.env['TIDEGATE_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

let scene: ShadowScene;
beforeAll(async () => void (scene = await openScene()));
afterAll(() => scene.close());

/** Cuts, doubles or swaps a few characters, as no author would. */
function damage(text: string, random: Seeded): string {
  let damaged = text;
  for (let left = random.below(3); left > 0; left -= 1) {
    const [at, length] = [random.below(damaged.length + 1), random.below(6)];
    const put = random.pick([
      '',
      '`',
      '"',
      "'",
      '\\',
      '$$',
      '(',
      '}',
      '\u0000',
      '\ud800',
      '💧',
      '*/',
      '\n',
      '--',
    ]);
    damaged = damaged.slice(0, at) + put + damaged.slice(at + length);
  }
  return damaged;
}

function sourceFile(index: number, random: Seeded): [name: string, text: string] {
  const pieces = Array.from({ length: 1 + random.below(4) }, () => random.pick(codePieces)).join('\n');
  const canary = pieces.replaceAll('CANARY', scene.canaryFile);
  const head = random.pick([
    'exports.up = async (pgm) => {',
    'exports.up = (pgm, done) => {',
    'export const up = async (pgm) => {',
    'export default { up(pgm) {',
  ]);
  const tail = head.startsWith('export default') ? '} };' : '};';
  const text = random.below(5) === 0 ? canary : `${head}\n${canary}\n${tail}`;
  return [`${index + 1}_fuzz.${random.pick(['js', 'mjs', 'cjs', 'ts', 'mts'])}`, damage(text, random)];
}

function sqlText(random: Seeded): string {
  const pieces = Array.from({ length: 1 + random.below(4) }, () => random.pick(sqlPieces));
  return pieces.join('; ').replaceAll('CANARY', scene.canaryFile);
}

const isWorded = (message: string): boolean =>
  message.length > 20 && !/(?:: |^)(?:undefined|null|NaN|\[object \w+\])?\.?$/.test(message);

describe(`the fuzzer, seed ${seed}`, () => {
  it('gets a script or a worded problem for each migration source', async () => {
    const random = seeded(seed);
    const code = Array.from({ length: 40 }, (_, index) => sourceFile(index, random));
    const sql = Array.from({ length: 40 }, (_, index): [string, string] => [
      `${index + 100}_fuzz.sql`,
      damage(sqlText(random), random),
    ]);
    const honest: [string, string] = ['999_honest.js', `exports.up = (pgm) => { pgm.sql('SELECT 1'); };`];
    const files = Object.fromEntries([...code, ...sql, honest]);
    const { compiled, problems } = await whileAnswering(() => compile(files, { compileMs: 400 }));
    const told = new Set(problems.map(({ migration: name, path }) => name ?? path));
    const made = new Set(compiled.map(({ name }) => name));
    const lost = Object.keys(files).filter((name) => {
      const plain = name.replace(/\.\w+$/, '');
      return !made.has(plain) && !told.has(plain) && !told.has(`migrations/${name}`);
    });
    expect(lost).toEqual([]);
    expect(problems.filter(({ message }) => !isWorded(message))).toEqual([]);
    expect(made.has('999_honest')).toBe(true);
    expect(existsSync(scene.canaryFile)).toBe(false);
    expect(Reflect.get(Object.prototype, 'kind')).toBeUndefined();
  });

  it('gets a result or a worded problem for each statement on the shadow, within the deadline', async () => {
    const random = seeded(seed + 1);
    const limits = { statementMs: 200, receivedBytes: 4 * 1024 ** 2, databaseBytes: 64 * 1024 ** 2 };
    const steps = Array.from(
      { length: 12 },
      (_, index) => [index, sqlText(random), random.below(3) > 0] as const,
    );
    const tried = await scene.during(async () => {
      const trials: (readonly [string, StepTrial, number])[] = [];
      for (const [index, sql, transaction] of steps) {
        const step = await asWritten(`${index + 1}_fuzz`, sql, transaction);
        const started = performance.now();
        const trial = await withBaseline(
          scene.server,
          [],
          async (session) => {
            const first = await session.step(step, 'up');
            await session.schemaDiff();
            return first;
          },
          { limits },
        );
        trials.push([sql, trial, performance.now() - started]);
      }
      return trials;
    });
    for (const [sql, { problem, statements }, tookMs] of tried) {
      expect([sql, problem === null || isWorded(problem.message)]).toEqual([sql, true]);
      expect(statements.length).toBeGreaterThan(0);
      expect([sql, tookMs < 6000]).toEqual([sql, true]);
    }
  });
});

/** As a migration with these statements; where the text is no SQL to the parser, whole as one statement. */
async function asWritten(name: string, sql: string, transaction: boolean): Promise<CompiledMigration> {
  try {
    return await migration({ name, up: sql, transaction });
  } catch {
    const made = await migration({ name, up: 'SELECT 1', transaction });
    return { ...made, up: { transaction, statements: [{ sql, line: 1 }] } };
  }
}
