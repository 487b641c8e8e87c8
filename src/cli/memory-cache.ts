import type { ContentCache } from '../ports/cache.ts';

/** Keeps what was found out for as long as the command runs. */
export function memoryCache(): ContentCache {
  const entries = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(entries.get(key) ?? null),
    getMany: (keys) =>
      Promise.resolve(
        new Map(
          keys.flatMap((key) => [...(entries.has(key) ? [[key, entries.get(key) ?? ''] as const] : [])]),
        ),
      ),
    put: (key, value) => {
      entries.set(key, value);
      return Promise.resolve();
    },
  };
}
