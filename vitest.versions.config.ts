import { defineConfig } from 'vitest/config';

/**
 * What depends on PostgreSQL's version, on each that `tidegate shadow install` offers: `npm run test:versions`. It
 * fetches them from the npm registry. One alone: `npm run test:versions -- --project postgres-16`.
 */
export default defineConfig({
  test: {
    projects: [15, 16, 17].map((major) => ({
      test: {
        name: `postgres-${major}`,
        include: [
          'test/versions/*.spec.ts',
          'test/shadow/{baselines,catalog,follow,prove,session,sweep}.test.ts',
          'test/attacks/shadow-*.test.ts',
          'test/database/target-apply.test.ts',
          'test/database/node-pg-migrate.test.ts',
        ],
        globalSetup: ['test/versions/versions-setup.ts'],
        testTimeout: 60_000,
        hookTimeout: 120_000,
        teardownTimeout: 30_000,
        pool: 'forks' as const,
      },
    })),
    // Some of these tests measure the whole server.
    maxWorkers: 1,
  },
});
