import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../support/seeded.ts';
import { openBench, type Bench } from './mend.ts';
import { randomSchema } from './random-schema.ts';

const seed = Number(process.env['TIDEGATE_DRIFT_SEED'] ?? Math.floor(Date.now() / 1000));
const count = Number(process.env['TIDEGATE_DRIFT_COUNT'] ?? 25);

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

describe(`the statements between random schemas (TIDEGATE_DRIFT_SEED=${seed})`, () => {
  it.each(Array.from({ length: count }, (_, index) => seed + index))(
    'mend them, or say what is left: %i',
    async (own) => {
      const random = seeded(own);
      const { there, back } = await bench.mend(randomSchema(random), randomSchema(random));
      // What is left was compared with what still differs; most has to be mended all the same.
      expect(there.statements.length + back.statements.length).toBeGreaterThan(0);
    },
  );
});
