import type { MigrationSettings } from '../../domain/migration.ts';
import { discoverMigrations } from '../../migrations/discover.ts';
import type { Tree, TreeEntry } from '../../ports/tree.ts';
import type { BranchChange } from './branch-changes.ts';
import { blobsByName, only } from '../planning/named-migrations.ts';

/**
 * Changes that have not been dealt with, less what the branch itself has taken back since: a migration that one adds
 * and a later commit removed or wrote anew is left out, and one that was there before them, or that an earlier one
 * added, and is now as it was then, counts as never touched since. So does what has run before any of them, whichever
 * of them brings its file. What is gone and does not stand in the history, as it never ran or was rolled back, is in
 * none of them. `ran` is all that the history holds, `ranBefore` what it holds by other hands than these changes'.
 */
export function asTheyStand(
  changes: readonly BranchChange[],
  head: Tree,
  settings: MigrationSettings,
  { ran: applied, ranBefore }: { readonly ran: ReadonlySet<string>; readonly ranBefore: ReadonlySet<string> },
): readonly BranchChange[] {
  const now = blobsByName(head, settings);
  const standing = (folder: Tree | undefined): readonly NamedEntry[] =>
    entriesOf(folder, settings).filter(({ name, entry }) => now.get(name) === entry.blob);
  const isStill = (name: string): boolean => now.has(name) || applied.has(name);
  const untouched = standing(changes[0]?.before);
  const isNew = ({ name }: NamedEntry): boolean => untouched.every((one) => one.name !== name);
  const ran = entriesOf(head, settings).filter(({ name }) => ranBefore.has(name));
  let kept: readonly NamedEntry[] = [...untouched, ...ran.filter(isNew)];
  return changes.map((change) => {
    const before = withEntries(only(change.before, settings, isStill), kept, settings);
    const blobs = blobsByName(before, settings);
    const after = only(
      withEntries(change.after, kept, settings),
      settings,
      (name, blob) => blobs.get(name) === blob || now.get(name) === blob,
    );
    kept = standing(after);
    return { ...change, before, after };
  });
}

interface NamedEntry {
  readonly name: string;
  readonly entry: TreeEntry;
}

function entriesOf(folder: Tree | undefined, settings: MigrationSettings): readonly NamedEntry[] {
  if (folder?.kind !== 'found') return [];
  const byPath = new Map(folder.entries.map((entry) => [entry.path, entry]));
  return discoverMigrations(folder.entries, settings).migrations.flatMap(({ name, path }) => {
    const entry = byPath.get(path);
    return entry === undefined ? [] : [{ name, entry }];
  });
}

/** The folder with these in place of whatever it holds under their names. */
function withEntries(folder: Tree, wanted: readonly NamedEntry[], settings: MigrationSettings): Tree {
  if (folder.kind === 'truncated' || wanted.length === 0) return folder;
  const names = new Set(wanted.map(({ name }) => name));
  const rest = only(folder, settings, (name) => !names.has(name));
  const entries = rest.kind === 'found' ? rest.entries : [];
  return { kind: 'found', entries: [...entries, ...wanted.map(({ entry }) => entry)] };
}
