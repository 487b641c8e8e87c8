import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../src/domain/plan.ts';
import { findHazards } from '../../src/hazards/find-hazards.ts';
import { today } from './scene.ts';

const allow = 'tidegate:allow drop-table until=2026-12-31 reason="unused"';

function step(path: string, lines: Readonly<Record<number, string>>): PlanStep {
  return {
    migration: '0002_drop',
    path,
    checksum: '',
    direction: 'up',
    transaction: true,
    statements: Object.entries(lines).map(([line, sql]) => ({
      sql,
      line: Number(line),
      durationMs: 1,
      locks: [],
      rewrites: [],
    })),
    reverse: [],
    reverseTransaction: true,
  };
}

async function outcome(
  source: string,
  lines: Readonly<Record<number, string>>,
  path = 'migrations/0002_drop.sql',
) {
  const hazards = await findHazards([step(path, lines)], today, new Map([['0002_drop', source]]));
  return hazards.map(({ rule, line, waiver, message }) =>
    rule === 'invalid-waiver'
      ? message
      : `${rule}:${String(line)} ${waiver === undefined ? 'stands' : waiver.reason}`,
  );
}

const drop = { 3: 'DROP TABLE a' };

describe('a waiver', () => {
  it.each([
    ['directly above', `\n-- ${allow}\nDROP TABLE a;`],
    ['above, with another comment between', `-- ${allow}\n-- It is empty.\nDROP TABLE a;`],
    ['on the same line', `\n\nDROP TABLE a; -- ${allow}`],
    ['on its last day', `\n-- ${allow.replace('12-31', '06-15')}\nDROP TABLE a;`],
    ['with Windows line ends', `\r\n-- ${allow}\r\nDROP TABLE a;\r\n`],
  ])('holds %s', async (_, source) => {
    expect(await outcome(source, drop)).toEqual(['drop-table:3 unused']);
  });

  it('holds at the call in JavaScript', async () => {
    const source = `exports.up = (pgm) => {\n  // ${allow}\n  pgm.dropTable('a');\n};`;
    expect(await outcome(source, { 3: 'DROP TABLE "a";' }, 'migrations/0002_drop.js')).toEqual([
      'drop-table:3 unused',
    ]);
  });

  it('holds behind a statement of several lines', async () => {
    expect(await outcome(`DROP TABLE\n  a; -- ${allow}`, { 1: 'DROP TABLE\n  a' })).toEqual([
      'drop-table:1 unused',
    ]);
  });

  it.each([
    ['for another rule', `\n-- ${allow.replace('drop-table', 'truncate')}\nDROP TABLE a;`],
    ['with an empty line between', `-- ${allow}\n\nDROP TABLE a;`],
    ['behind the statement before', `\nDROP VIEW b; -- ${allow}\nDROP TABLE a;`],
    ['below', `\n\nDROP TABLE a;\n-- ${allow}`],
  ])('says nothing %s', async (_, source) => {
    expect(await outcome(source, drop)).toEqual(['drop-table:3 stands']);
  });

  it.each([
    ['until=2026-12-31', 'it has no reason (reason="…")'],
    ['until=2026-12-31 reason=" "', 'it has no reason (reason="…")'],
    ['reason="unused"', 'it has no end (until=YYYY-MM-DD)'],
    ['until=2026-02-30 reason="unused"', 'its end must be a day as YYYY-MM-DD, and "2026-02-30" is none'],
    ['until=soon reason="unused"', 'its end must be a day as YYYY-MM-DD, and "soon" is none'],
    ['until=2026-06-14 reason="unused"', 'it ended on 2026-06-14'],
  ])('does not hold as %s', async (words, why) => {
    expect(await outcome(`\n-- tidegate:allow drop-table ${words}\nDROP TABLE a;`, drop)).toEqual([
      'drop-table:3 stands',
      `The waiver of \`drop-table\` does not hold: ${why}.`,
    ]);
  });

  it('for a rule that is not known names the nearest', async () => {
    expect(await outcome(`\n-- ${allow.replace('drop-table', 'drop-tables')}\nDROP TABLE a;`, drop)).toEqual([
      'drop-table:3 stands',
      'The waiver of `drop-tables` does not hold: there is no rule drop-tables; did you mean drop-table?',
    ]);
  });

  it('of one statement does not speak for another that says the same', async () => {
    const source = `\n-- ${allow}\nDROP TABLE a;\nDROP TABLE a;`;
    expect(await outcome(source, { 3: 'DROP TABLE a', 4: 'DROP TABLE a' })).toEqual([
      'drop-table:3 unused',
      'drop-table:4 stands',
    ]);
  });
});

describe('what was not tried', () => {
  it('counts as the worst case, also where PostgreSQL does not read it', async () => {
    const untried = { line: 1, durationMs: null, locks: [], rewrites: [], notTried: 'it was not reached' };
    const base = step('migrations/0002_drop.sql', {});
    const statements = [
      { ...untried, sql: 'ALTER TABLE a ALTER COLUMN b TYPE bigint' },
      { ...untried, sql: 'GIBBERISH' },
    ];
    const hazards = await findHazards([{ ...base, direction: 'down', statements }], today, new Map());
    expect(hazards.map(({ rule }) => rule)).toEqual(['type-change-rewrite', 'not-tried', 'dynamic-sql']);
  });
});
