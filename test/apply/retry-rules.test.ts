import { describe, expect, it } from 'vitest';
import { afterTry, isPassing, pauseMs } from '../../src/apply/retry-rules.ts';
import type { StepOutcome } from '../../src/domain/apply.ts';

const of = { migration: '1_a', direction: 'up' } as const;

function failedWith(sqlState: string | null): StepOutcome {
  return { ...of, status: 'failed', error: 'x', sqlState, statement: 0, statementsDone: 0 };
}

describe('what comes after one try of a step', () => {
  const cases: readonly [string, StepOutcome, number, string][] = [
    ['done goes on', { ...of, status: 'done', durationMs: 1 }, 1, 'next-step'],
    ['already goes on', { ...of, status: 'already' }, 1, 'next-step'],
    ['in doubt stops at once', { ...of, status: 'in-doubt', error: 'x' }, 1, 'stop'],
    ['a lock timeout is tried again', failedWith('55P03'), 1, 'try-again'],
    ['a deadlock is tried again', failedWith('40P01'), 2, 'try-again'],
    ['a serialization failure is tried again', failedWith('40001'), 1, 'try-again'],
    ['a lost connection is tried again', failedWith('08006'), 1, 'try-again'],
    ['an ended session is tried again', failedWith('57P01'), 1, 'try-again'],
    ['the last try is the last', failedWith('55P03'), 3, 'stop'],
    ['a syntax error stops', failedWith('42601'), 1, 'stop'],
    ['a statement timeout stops', failedWith('57014'), 1, 'stop'],
    ['a lost fence stops', failedWith(null), 1, 'stop'],
  ];
  for (const [sentence, outcome, tried, kind] of cases) {
    it(sentence, () => expect(afterTry(outcome, tried, 3, 0).kind).toBe(kind));
  }

  it('says whether it failed or stays in doubt', () => {
    expect(afterTry(failedWith('42601'), 1, 3, 0)).toEqual({ kind: 'stop', status: 'failed' });
    expect(afterTry({ ...of, status: 'in-doubt', error: 'x' }, 1, 3, 0)).toEqual({
      kind: 'stop',
      status: 'in-doubt',
    });
  });

  it('waits longer each time, up to half a minute, with jitter in the upper half', () => {
    expect([1, 2, 3, 20].map((tried) => pauseMs(tried, 0))).toEqual([250, 500, 1_000, 15_000]);
    expect(pauseMs(1, 0.999)).toBe(500);
  });

  it('takes PostgreSQL’s word for what passes', () => {
    expect(isPassing(null)).toBe(false);
    expect(isPassing('22012')).toBe(false);
  });
});
