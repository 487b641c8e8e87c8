import type { z } from 'zod';
import type { ContentCache } from '../ports/cache.ts';

/** A cached value of that shape; null where there is none, or one that another version wrote in another shape. */
export async function readCached<T>(
  cache: ContentCache,
  key: string,
  shape: z.ZodType<T>,
): Promise<T | null> {
  const text = await cache.get(key);
  if (text === null) return null;
  const parsed = shape.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
