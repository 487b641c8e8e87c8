import { compareMigrationFileNames } from 'node-pg-migrate/utils/comparators';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * node-pg-migrate's order: by the number in front, then by name. A name without a number in front (somebody
 * else's row in the history) comes first, since that library cannot place it at all.
 */
export function compareMigrationNames(a: string, b: string): number {
  const numbered = Number(startsWithNumber(a)) - Number(startsWithNumber(b));
  if (numbered !== 0) return numbered;
  if (!startsWithNumber(a)) return a < b ? -1 : Number(a > b);
  return compareMigrationFileNames(a, b, silent);
}

function startsWithNumber(name: string): boolean {
  return /^\d/.test(name);
}
