import { describe, expect, it } from 'vitest';
import { migrationRows } from '../../src/domain/status.ts';

const run = { at: new Date('2026-03-04T05:06:07Z'), by: 'dana', pullRequest: 7 };
const notYet = { at: null, by: null, pullRequest: null };

describe('every migration in every environment', () => {
  it('is applied, pending, on hold or no longer in the branch, and nothing where nobody knows it', () => {
    const rows = migrationRows([
      {
        environment: 'dev',
        isHeld: false,
        ran: new Map([
          ['0001_a', run],
          ['0009_gone', run],
        ]),
        wanted: new Set(['0001_a', '0002_b']),
      },
      { environment: 'prod', isHeld: true, ran: new Map(), wanted: new Set(['0001_a']) },
    ]);
    expect(rows).toEqual([
      {
        migration: '0001_a',
        places: { dev: { state: 'applied', ...run }, prod: { state: 'held', ...notYet } },
      },
      { migration: '0002_b', places: { dev: { state: 'pending', ...notYet } } },
      { migration: '0009_gone', places: { dev: { state: 'not-in-branch', ...run } } },
    ]);
  });
});
