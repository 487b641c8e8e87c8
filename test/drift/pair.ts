/** Two small schemas to be turned into each other. */
export interface Pair {
  readonly what: string;
  readonly one: string;
  readonly other: string;
  /** Kinds and names that are left on the way there, and back; none where nothing is said. */
  readonly left: readonly string[];
  readonly leftBack: readonly string[];
}

/** A table that most of them need. */
export const t = 'CREATE TABLE t (id int PRIMARY KEY, name text, n int);';

/** What is left is empty where nothing is said. */
export function pair(
  what: string,
  one: string,
  other: string,
  left: readonly string[] = [],
  leftBack: readonly string[] = [],
): Pair {
  return { what, one, other, left, leftBack };
}
