import { describe, expect, it } from 'vitest';
import { reverseFile } from '../../src/rollback/reverse-file.ts';

describe('a migration that takes others back', () => {
  it('is a file of both directions', () => {
    const file = reverseFile('migrations/0003_undo.sql', {
      up: ['DROP TABLE a', 'DROP TABLE b'],
      down: ['CREATE TABLE b ()'],
    });
    expect(file).toEqual({
      path: 'migrations/0003_undo.sql',
      text: '-- Up Migration\nDROP TABLE a;\nDROP TABLE b;\n\n-- Down Migration\nCREATE TABLE b ();\n',
    });
  });

  it('is one of the way forth alone where there is no proven way back', () => {
    expect(reverseFile('x.sql', { up: ['DROP TABLE a'], down: null }).text).toBe(
      '-- Up Migration\nDROP TABLE a;\n',
    );
  });

  it('ends a statement below a comment at its end', () => {
    expect(reverseFile('x.sql', { up: ['SELECT 1 -- why'], down: null }).text).toBe(
      '-- Up Migration\nSELECT 1 -- why\n;\n',
    );
  });
});
