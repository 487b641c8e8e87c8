import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, type Bench, type Way } from './mend.ts';
import { otherPairs } from './other-pairs.ts';
import { tablePairs } from './table-pairs.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(['drift_reader', '"drift ""writer;"']);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

function named({ left }: Way): readonly string[] {
  return left.map(({ kind, name }) => `${kind} ${name}`);
}

describe('the statements between two schemas', () => {
  it.each([...tablePairs, ...otherPairs])(
    'turn each into the other: $what',
    async ({ one, other, left, leftBack }) => {
      const { there, back } = await bench.mend(one, other);
      expect(named(there)).toEqual(left);
      expect(named(back)).toEqual(leftBack);
    },
  );
});
