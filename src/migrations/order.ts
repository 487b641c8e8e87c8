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
  return compareAlike(a, b) ?? compareMigrationFileNames(a, b, silent);
}

/** Digits up to which every number is exact; 17 of them are a date to the library. */
const exactDigits = 15;

/** The order of two numbers that are written alike, which is that of their texts; null for any other two. */
function compareAlike(a: string, b: string): number | null {
  const count = digitsOf(a);
  if (count > exactDigits || digitsOf(b) !== count) return null;
  const [first, second] = [a.slice(0, count), b.slice(0, count)];
  return first === second ? null : first < second ? -1 : 1;
}

function digitsOf(name: string): number {
  let count = 0;
  while (isDigit(name.charCodeAt(count))) count += 1;
  return count;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function startsWithNumber(name: string): boolean {
  return isDigit(name.charCodeAt(0));
}
