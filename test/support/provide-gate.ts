import type { TestProject } from 'vitest/node';
import { givenNumber } from './run-random.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many random sequences the gate is asked about, and the seed that says what they are. */
    readonly gate: {
      readonly sequences: number;
      readonly endToEnd: number;
      readonly seed: number;
      /** Which of the sequences end to end: every other one, from this. */
      readonly half: 0 | 1;
    };
  }
}

/**
 * Gives the gate's random sequences their numbers: those of `npm run test:gate` where it says so, else few enough
 * for every run. The seed is the clock's, unless `TIDEGATE_GATE_SEED` plays a run again.
 */
export function setup(project: TestProject): void {
  project.provide('gate', {
    sequences: givenNumber('TIDEGATE_GATE_SEQUENCES') ?? 2_000,
    endToEnd: givenNumber('TIDEGATE_GATE_END_TO_END') ?? 50,
    seed: givenNumber('TIDEGATE_GATE_SEED') ?? Date.now() % 2 ** 31,
    half: project.name.endsWith('odd') ? 1 : 0,
  });
}
