import type { HistoryComparison } from '../../plan/compare-history.ts';
import type { Folder } from './read-folder.ts';

/** What is left of a comparison to look at where no code may be run, with what has to be said of the rest. */
export interface WithoutCode {
  readonly comparison: HistoryComparison;
  readonly left: readonly string[];
}

/** Keeps the migrations that are SQL files: code would have to be run to know what it does. */
export function withoutCode(
  comparison: HistoryComparison,
  { base, desired }: { readonly base: Folder; readonly desired: Folder },
): WithoutCode {
  const inBase = sqlOf(base);
  const inDesired = sqlOf(desired);
  const adds = comparison.adds.filter((name) => inDesired.has(name));
  const removes = comparison.removes.filter((name) => inBase.has(name));
  const codeCount = comparison.adds.length + comparison.removes.length - adds.length - removes.length;
  const left = codeCount === 0 ? [] : [leftNote(codeCount)];
  return { comparison: { ...comparison, adds, removes }, left };
}

function sqlOf({ files }: Folder): ReadonlySet<string> {
  return new Set(files.filter(({ language }) => language === 'sql').map(({ name }) => name));
}

function leftNote(count: number): string {
  const what = count === 1 ? '1 migration is code and is' : `${count} migrations are code and are`;
  return `${what} not shown: what code does is known only once it is run.`;
}
