import type { Hold } from '../domain/hold.ts';

/** The numbers that `#12` may link to: only those which Tidegate knows, never one that merely stands in a text. */
export function referencesOf(hold: Hold | null, ...numbers: readonly (number | null)[]): readonly number[] {
  return [...numbers, hold?.pullRequest ?? null, hold?.issue ?? null].filter((number) => number !== null);
}
