import type { Problem } from '../domain/problem.ts';
import type { MigrationFile } from '../domain/migration.ts';
import type { HistoryInput, Sides } from './history-input.ts';
import { shellWord } from './names-in-words.ts';

export interface Renames {
  readonly oldNames: ReadonlySet<string>;
  readonly newNames: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/**
 * Applied migrations that are gone while a new one has the very same content. The history knows migrations by
 * name alone, so that the same statements would run a second time.
 */
export function findRenames(input: HistoryInput, sides: Sides): Renames {
  const ledger = new Map(input.actual.map((recorded) => [recorded.name, recorded.ledger]));
  const added = new Set(sides.adds);
  const pairs = sides.removes.flatMap((oldName) => {
    const old = input.base.find(({ name }) => name === oldName);
    const checksum = ledger.get(oldName)?.checksum;
    const renamed = [...added].find(
      ({ name, blob }) =>
        (checksum !== undefined && input.checksums.get(name) === checksum) || blob === old?.blob,
    );
    if (old === undefined || renamed === undefined) return [];
    added.delete(renamed);
    return [{ old, renamed }];
  });
  return {
    oldNames: new Set(pairs.map(({ old }) => old.name)),
    newNames: new Set(pairs.map(({ renamed }) => renamed.name)),
    problems: pairs.map(({ old, renamed }) => problem(old, renamed)),
  };
}

function problem(old: MigrationFile, renamed: MigrationFile): Problem {
  return {
    code: 'renamed',
    message:
      `${old.name} has been applied under that name, and its file is now called ${renamed.name}: the same statements would run again. ` +
      `Take the name back with \`git mv ${shellWord(renamed.path)} ${shellWord(old.path)}\`.`,
    migration: renamed.name,
    path: renamed.path,
  };
}
