import type { TestProject } from 'vitest/node';
import { givenNumber } from './run-random.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many random sequences there are over three environments, and the seed that says what they are. */
    readonly environments: {
      readonly sequences: number;
      readonly seed: number;
      /** Which of them: every other one, from this. */
      readonly half: 0 | 1;
    };
  }
}

/**
 * Gives the sequences their numbers: those of `npm run test:environments` where it says so. The seed is the clock's,
 * unless `TIDEGATE_ENVIRONMENTS_SEED` plays a run again.
 */
export function setup(project: TestProject): void {
  project.provide('environments', {
    sequences: givenNumber('TIDEGATE_ENVIRONMENTS_SEQUENCES') ?? 12,
    seed: givenNumber('TIDEGATE_ENVIRONMENTS_SEED') ?? Date.now() % 2 ** 31,
    half: project.name === 'odd' ? 1 : 0,
  });
}
