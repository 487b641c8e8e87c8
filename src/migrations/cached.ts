import type { ContentCache } from '../ports/cache.ts';
import type { Shape } from './shapes.ts';

/** A cached value of that shape; null where there is none, or one that another version wrote in another shape. */
export async function readCached<T>(cache: ContentCache, key: string, shape: Shape<T>): Promise<T | null> {
  const text = await cache.get(key);
  if (text === null) return null;
  const parsed = (await shape()).safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
