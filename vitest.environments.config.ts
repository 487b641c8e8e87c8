import { defineConfig } from 'vitest/config';

const common = {
  include: ['test/environments/random-environments.spec.ts'],
  globalSetup: ['test/support/global-setup.ts', 'test/support/provide-environments.ts'],
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
  pool: 'forks' as const,
};

/**
 * Random sequences over three environments, in two processes at once: `npm run test:environments`, which takes
 * `--sequences` and `--seed`.
 */
export default defineConfig({
  test: {
    projects: [{ test: { ...common, name: 'even' } }, { test: { ...common, name: 'odd' } }],
    maxWorkers: 2,
    bail: 1,
  },
});
