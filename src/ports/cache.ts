/**
 * A cache keyed by content: the same key always stands for the same value, so entries never go stale.
 * Losing an entry costs time only.
 */
export interface ContentCache {
  get(key: string): Promise<string | null>;
  /** Those of `keys` that are there. */
  getMany(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  put(key: string, value: string): Promise<void>;
}
