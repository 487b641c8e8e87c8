import { describe, expect, it } from 'vitest';
import type { CompiledMigration } from '../../src/domain/migration.ts';
import { planStepOf } from '../../src/plan/reverse.ts';

const compiled: CompiledMigration = {
  name: '0001_a',
  path: 'migrations/0001_a.sql',
  checksum: 'of the file',
  up: { statements: [{ sql: 'CREATE TABLE a ()', line: 2 }], transaction: true },
  down: { statements: [{ sql: 'DROP TABLE a', line: 5 }], transaction: false },
  asksDatabase: false,
};

describe('a step', () => {
  it('up runs up, and down takes it back', () => {
    expect(planStepOf(compiled, 'up')).toMatchObject({
      direction: 'up',
      transaction: true,
      statements: [{ sql: 'CREATE TABLE a ()', line: 2, notTried: 'it was not reached' }],
      reverse: ['DROP TABLE a'],
      reverseTransaction: false,
    });
  });

  it('down runs down, and up takes it back', () => {
    expect(planStepOf(compiled, 'down')).toMatchObject({
      transaction: false,
      statements: [{ sql: 'DROP TABLE a' }],
      reverse: ['CREATE TABLE a ()'],
      reverseTransaction: true,
    });
  });

  it('keeps what the shadow saw', () => {
    const seen = { sql: 'CREATE TABLE a ()', line: 2, durationMs: 3, locks: [], rewrites: [] };
    expect(planStepOf(compiled, 'up', [seen]).statements).toEqual([seen]);
  });
});
