import { runRandom } from '../support/run-random.ts';

/**
 * `npm run test:environments -- --sequences N --seed S`: random sequences over three environments, as many as is said.
 * Without numbers they are few; the seed is then the clock's, and printed.
 */
await runRandom('vitest.environments.config.ts', 'TIDEGATE_ENVIRONMENTS', ['sequences', 'seed']);
