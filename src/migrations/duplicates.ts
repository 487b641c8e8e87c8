import { getNumericPrefix } from 'node-pg-migrate/utils/fileNameUtils';
import type { MigrationFile } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';

/**
 * Files that claim the same place: one name with two extensions, names that differ in case alone, or two names
 * with the same number in front.
 */
export function findDuplicates(files: readonly MigrationFile[]): Problem[] {
  const byVersion = groupBy(files, (file) => String(getNumericPrefix(file.name)));
  return [...byVersion.values()].flatMap((group) => {
    const [first, ...others] = group;
    return first === undefined ? [] : others.map((other) => clash(first, other));
  });
}

function clash(first: MigrationFile, second: MigrationFile): Problem {
  const both = `${first.path} and ${second.path}`;
  const code = 'duplicate-version';
  const where = { path: second.path, migration: second.name };
  if (first.name === second.name) {
    const message = `${both} are both the migration "${first.name}": the history knows them by that name alone. Remove or rename one.`;
    return { code, ...where, message };
  }
  if (first.name.toLowerCase() === second.name.toLowerCase()) {
    const message = `${both} differ in upper and lower case alone, which many file systems cannot keep apart. Rename one.`;
    return { code, ...where, message };
  }
  const message = `${both} have the same number in front, so that their order is left to chance. Give one of them a number of its own.`;
  return { code, ...where, message };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
