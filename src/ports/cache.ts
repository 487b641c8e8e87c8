/**
 * A cache keyed by content: the same key always stands for the same value, so entries never go stale.
 * Losing an entry costs time only.
 */
export interface ContentCache {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}
