import { defineConfig } from 'vitest/config';

const globalSetup = ['test/support/global-setup.ts', 'test/support/provide-gate.ts'];
const common = { globalSetup, hookTimeout: 120_000, teardownTimeout: 30_000, pool: 'forks' as const };

/**
 * The gate beside a model of it: over facts, and end to end in two worlds at once. `npm run test:gate`, which takes
 * `--sequences`, `--end-to-end` and `--seed`.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: 'facts', include: ['test/gate/random-facts.test.ts'] } },
      { test: { ...common, name: 'end to end, even', include: ['test/gate/end-to-end.spec.ts'] } },
      { test: { ...common, name: 'end to end, odd', include: ['test/gate/end-to-end.spec.ts'] } },
    ],
    maxWorkers: 2,
    // After one that failed, the others of its world begin anywhere.
    bail: 1,
  },
});
