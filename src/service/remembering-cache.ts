import type { ContentCache } from '../ports/cache.ts';

/** Characters that are kept at most, and in one value: a longer one is asked for again. */
const most = { all: 24 * 1024 ** 2, value: 64 * 1024 } as const;

/** A cache before another one, in this process's memory: what was used last is at hand without a question. */
export function rememberingCache(behind: ContentCache): ContentCache {
  const kept = new Map<string, string>();
  let size = 0;
  const sizeOf = (key: string, value: string): number => key.length + value.length;
  const keep = (key: string, value: string): void => {
    if (value.length > most.value || kept.has(key)) return;
    kept.set(key, value);
    size += sizeOf(key, value);
    for (const [oldest, text] of kept) {
      if (size <= most.all) return;
      kept.delete(oldest);
      size -= sizeOf(oldest, text);
    }
  };
  const use = (key: string): string | null => {
    const value = kept.get(key);
    if (value === undefined) return null;
    kept.delete(key);
    kept.set(key, value);
    return value;
  };
  return {
    async get(key) {
      const known = use(key);
      if (known !== null) return known;
      const value = await behind.get(key);
      if (value !== null) keep(key, value);
      return value;
    },
    async getMany(keys) {
      const found = new Map<string, string>();
      const unknown: string[] = [];
      for (const key of keys) {
        const known = use(key);
        if (known === null) unknown.push(key);
        else found.set(key, known);
      }
      if (unknown.length === 0) return found;
      for (const [key, value] of await behind.getMany(unknown)) {
        keep(key, value);
        found.set(key, value);
      }
      return found;
    },
    async put(key, value) {
      if (kept.has(key)) return;
      await behind.put(key, value);
      keep(key, value);
    },
  };
}
