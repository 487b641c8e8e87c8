import { defineConfig } from 'vitest/config';

/** The long random flow: `npm run test:flows`. */
export default defineConfig({
  test: {
    name: 'flows',
    include: ['test/flows/random-flows.spec.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/support/provide-flows.ts'],
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
