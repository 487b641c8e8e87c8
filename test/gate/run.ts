import { runRandom } from '../support/run-random.ts';

/**
 * `npm run test:gate -- --sequences N --end-to-end M --seed S`: the gate beside its model, as long as is said. Without
 * numbers it is as long as in every run; the seed is then the clock's, and printed.
 */
await runRandom('vitest.gate.config.ts', 'TIDEGATE_GATE', ['sequences', 'end-to-end', 'seed']);
