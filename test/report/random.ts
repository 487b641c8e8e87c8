import type { Hazard } from '../../src/domain/hazard.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Problem } from '../../src/domain/problem.ts';
import { indexHazard, plan, statement, step } from './facts.ts';
import { hostileText } from './hostile.ts';

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const shards = [
  ...[
    '`',
    '``',
    '```',
    '````````',
    '~~~',
    '\n',
    '\r\n',
    '\n\n',
    ' ',
    '|',
    '\\',
    '\\`',
    '<',
    '>',
    '&',
    '#1',
    '@acme/dba',
  ],
  ...[
    '</details>',
    '<details>',
    '<!--',
    '-->',
    '[x](y)',
    '![',
    '](',
    'https://evil.example',
    'www.a.bc',
    '\u202E',
    '\u2066',
  ],
  ...[
    '\u0000',
    '\uD800',
    '🌊',
    'é',
    '中',
    'SELECT 1',
    ';',
    '- ',
    '1. ',
    '# ',
    '> ',
    '    ',
    '\t',
    '$$',
    '*',
    '_',
    '~',
    '&#64;',
    hostileText,
  ],
];

/** Text of hostile shards, mostly short and now and then very long. */
export function randomText(random: () => number, longest = 12): string {
  const length = random() < 0.02 ? longest * 200 : Math.floor(random() * longest);
  return Array.from({ length }, () => shards[Math.floor(random() * shards.length)] ?? '').join('');
}

/** A plan of any size, out of hostile text. */
export function randomPlan(random: () => number): Plan {
  const size = Math.floor(2 ** (random() * 9));
  const text = (): string => randomText(random);
  const many = <T>(most: number, make: () => T): readonly T[] =>
    Array.from({ length: Math.floor(random() * most) }, make);
  const names = Array.from({ length: size }, text);
  return plan({
    steps: names.map((name) =>
      step(name, {
        statements: many(12, () =>
          statement(text(), { locks: [{ relation: text(), mode: text() }], rewrites: many(2, text) }),
        ),
        reverse: many(6, text),
      }),
    ),
    problems: random() < 0.5 ? [] : many(size, () => randomProblem(random)),
    hazards: many(size * 2, () => randomHazard(random)),
    reversibility: names.map((migration) => ({ migration, verdict: 'lossy', reason: text() })),
    schemaDiff: many(size, () => ({
      kind: text(),
      name: text(),
      change: 'changed',
      before: text(),
      after: text(),
    })),
    goesFirst: many(size, text),
    notes: many(size, text),
  });
}

function randomProblem(random: () => number): Problem {
  const path = randomText(random);
  return { code: 'compile', message: randomText(random), path, line: 3, detail: randomText(random) };
}

function randomHazard(random: () => number): Hazard {
  const text = (): string => randomText(random);
  const hazard = { ...indexHazard, rule: text(), message: text(), advice: text(), path: text() };
  return random() < 0.2 ? { ...hazard, waiver: { rule: 'x', until: text(), reason: text() } } : hazard;
}
