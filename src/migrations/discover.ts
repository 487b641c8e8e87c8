import type { MigrationFile, MigrationSettings } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { TreeEntry } from '../ports/tree.ts';
import { findDuplicates } from './duplicates.ts';
import { isModuleName, judgeName } from './file-names.ts';
import { inBytes, limits } from './limits.ts';
import { compareMigrationNames } from './order.ts';

/** What a migrations folder holds. */
export interface Discovery {
  /** In node-pg-migrate's own order; files with a problem of their own left out. */
  readonly migrations: readonly MigrationFile[];
  /** Other files below the folder that migrations may import. */
  readonly modules: readonly TreeEntry[];
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
}

type Judged =
  | { readonly kind: 'migration'; readonly file: MigrationFile }
  | { readonly kind: 'module'; readonly entry: TreeEntry; readonly unnumbered: boolean }
  | { readonly kind: 'other'; readonly fileName: string }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'nothing' };

/**
 * Finds the migrations among the entries of a commit's tree. Like node-pg-migrate without globs it looks at the
 * files that stand directly in the directory, and unlike it never guesses: what it cannot place is a problem
 * (a number in front) or a note (the rest).
 */
export function discoverMigrations(entries: readonly TreeEntry[], settings: MigrationSettings): Discovery {
  const ignore = ignorePattern(settings);
  const prefix = folderPrefix(settings.directory);
  const inside = entries.filter((entry) => entry.mode !== '040000' && entry.path.startsWith(prefix));
  const judged = inside.map((entry) => judge(entry, entry.path.slice(prefix.length), ignore.pattern));
  const files = judged
    .flatMap((item) => (item.kind === 'migration' ? [item.file] : []))
    .sort((a, b) => compareMigrationNames(fileNameOf(a), fileNameOf(b)));
  return {
    migrations: firstOfEachName(files),
    modules: judged.flatMap((item) => (item.kind === 'module' ? [item.entry] : [])),
    notes: notesOf(judged),
    problems: [
      ...ignore.problems,
      ...judged.flatMap((item) => (item.kind === 'problem' ? [item.problem] : [])),
      ...findDuplicates(files),
    ],
  };
}

function firstOfEachName(files: readonly MigrationFile[]): MigrationFile[] {
  return [...new Map(files.toReversed().map((file) => [file.name, file])).values()].reverse();
}

function folderPrefix(directory: string): string {
  const plain = directory.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  return plain === '' || plain === '.' ? '' : `${plain}/`;
}

function fileNameOf(file: MigrationFile): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1);
}

function ignorePattern(settings: MigrationSettings): { pattern: RegExp; problems: Problem[] } {
  // node-pg-migrate's own default and its own anchors (getMigrationFilePaths).
  const standard = /^\..*/;
  if (settings.ignore === null || settings.ignore === '') return { pattern: standard, problems: [] };
  try {
    return { pattern: new RegExp(`^${settings.ignore}$`), problems: [] };
  } catch (error) {
    const problem: Problem = {
      code: 'configuration',
      message: `migrations.ignore must be a regular expression over the whole file name, but "${settings.ignore}" is none. Correct it in the repository's configuration.`,
      detail: String(error),
    };
    return { pattern: standard, problems: [problem] };
  }
}

function judge(entry: TreeEntry, relative: string, ignore: RegExp): Judged {
  const unusual = sayUnusual(entry, relative);
  if (unusual !== null) return problemOf('file-unusual', entry, unusual);
  if (relative.includes('/')) return asModule(entry, relative, false);
  if (ignore.test(relative)) return asModule(entry, relative, false);
  const verdict = judgeName(relative);
  switch (verdict.kind) {
    case 'refused':
      return problemOf('file-name', entry, `"${relative}" cannot be a migration: ${verdict.why}.`);
    case 'module':
      return asModule(entry, relative, true);
    case 'other':
      return { kind: 'other', fileName: relative };
    case 'migration':
      return asMigration(entry, verdict);
  }
}

function asModule(entry: TreeEntry, relative: string, unnumbered: boolean): Judged {
  if (!isModuleName(relative)) return { kind: 'nothing' };
  return { kind: 'module', entry, unnumbered };
}

function asMigration(entry: TreeEntry, verdict: Pick<MigrationFile, 'name' | 'language'>): Judged {
  const size = entry.size ?? 0;
  if (size > limits.fileBytes) return { kind: 'problem', problem: tooLarge(entry.path, size) };
  const { name, language } = verdict;
  return { kind: 'migration', file: { name, path: entry.path, blob: entry.blob, language } };
}

function sayUnusual(entry: TreeEntry, relative: string): string | null {
  if (entry.mode === '120000') return `"${relative}" is a symbolic link: put the file itself there.`;
  if (entry.mode === '160000') {
    return `"${relative}" is a submodule, whose content is not part of this repository: move it out of the migrations folder.`;
  }
  if (!entry.mode.startsWith('100')) {
    return `"${relative}" has the Git mode ${entry.mode}, and a plain file was expected: add it anew.`;
  }
  if (/\p{Cc}/u.test(entry.path) || entry.path.split('/').includes('..')) {
    return `${JSON.stringify(relative)} has control characters or ".." in its path: rename it.`;
  }
  return null;
}

function problemOf(code: Problem['code'], entry: TreeEntry, message: string): Judged {
  return { kind: 'problem', problem: { code, message, path: entry.path } };
}

/** The problem of a file that is over the limit, found by its size alone or by its bytes. */
export function tooLarge(path: string, size: number): Problem {
  return {
    code: 'file-too-large',
    path,
    message: `A migration may have ${inBytes(limits.fileBytes)}, and this one has ${inBytes(size)}. Load data in a way of its own, outside of migrations, and keep the change of the schema here.`,
  };
}

function notesOf(judged: readonly Judged[]): string[] {
  const ignored = judged.flatMap((item) => (item.kind === 'other' ? [item.fileName] : []));
  const helpers = judged.flatMap((item) =>
    item.kind === 'module' && item.unnumbered
      ? [item.entry.path.slice(item.entry.path.lastIndexOf('/') + 1)]
      : [],
  );
  if (ignored.length === 0 && helpers.length === 0) return [];
  const advice =
    "node-pg-migrate's own CLI stops at files without a number in front unless its ignore-pattern matches them";
  const kept = helpers.length === 0 ? '' : `; for import only: ${helpers.join(', ')}`;
  const left = ignored.length === 0 ? 'none' : ignored.join(', ');
  return [`In the migrations folder, ignored: ${left}${kept} (${advice}).`];
}
