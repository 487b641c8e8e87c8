import { defineConfig } from 'vitest/config';
import usual from './vitest.config.ts';

/** What takes long and changes seldom: `npm run test:deep`. */
export default defineConfig({
  test: { ...usual.test, name: 'deep', include: ['test/**/*.deep.test.ts'], exclude: [] },
});
