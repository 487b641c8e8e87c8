import type { ContentCache } from '../../ports/cache.ts';
import type { Executor } from './executor.ts';

/** Values by the content they were made from. The first value stays: any other for the same key is equal to it. */
export function contentCache(database: Executor): ContentCache {
  return {
    get: async (key) => {
      const { rows } = await database.query<{ value: string }>(
        'SELECT value FROM tidegate.content WHERE key = $1',
        [key],
      );
      return rows[0]?.value ?? null;
    },
    getMany: async (keys) => {
      const { rows } = await database.query<{ key: string; value: string }>(
        'SELECT key, value FROM tidegate.content WHERE key = ANY ($1)',
        [keys],
      );
      return new Map(rows.map(({ key, value }) => [key, value]));
    },
    put: async (key, value) => {
      await database.query(
        'INSERT INTO tidegate.content (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [key, value],
      );
    },
  };
}
