import type { LedgerEntry, RecordedMigration } from '../../domain/history.ts';
import type { MigrationFile, MigrationSettings } from '../../domain/migration.ts';
import type { TargetState } from '../../ports/target.ts';
import type { Tree } from '../../ports/tree.ts';
import { recordedOf } from '../recorded.ts';
import { readFolder, readFolderLike, type Folder } from './read-folder.ts';
import type { Settled } from '../applying/settled.ts';

/**
 * What one plan found out that the next one would find out again, for as long as somebody holds the trees and
 * histories that it is about: a branch and its database are the same from plan to plan.
 */
export interface PlanMemory {
  folder(tree: Tree, settings: MigrationSettings): Folder;
  /** The same of a tree that probably goes on where `base` ends. */
  folderAfter(tree: Tree, settings: MigrationSettings, base: Tree): Folder;
  /** The same folder without these migrations. */
  without(folder: Folder, names: ReadonlySet<string>): Folder;
  filesOf(folder: Folder): ReadonlyMap<string, MigrationFile>;
  /** Files of a folder that have not run, in its order. */
  openIn(folder: Folder, actual: readonly RecordedMigration[]): readonly OpenFile[];
  recorded(state: TargetState): readonly RecordedMigration[];
  /** The migrations of a folder, taken as applied. */
  applied(folder: Folder): readonly RecordedMigration[];
  ledgerOf(actual: readonly RecordedMigration[]): ReadonlyMap<string, LedgerEntry | null>;
  settled(base: Folder, actual: readonly RecordedMigration[], find: () => Promise<Settled>): Promise<Settled>;
}

export interface OpenFile {
  /** Its place among the folder's files. */
  readonly at: number;
  readonly file: MigrationFile;
}

export function createPlanMemory(): PlanMemory {
  const folders = remembering<Tree, Map<string, Folder>>(() => new Map());
  const lessened = remembering<Folder, Map<string, Folder>>(() => new Map());
  const files = remembering((folder: Folder) => new Map(folder.files.map((file) => [file.name, file])));
  // By the rows, which stay the same objects from reading to reading; what else is in a state does not.
  const recorded = remembering(
    (_: TargetState['history']) => new WeakMap<TargetState['ledger'], readonly RecordedMigration[]>(),
  );
  const applied = remembering(({ files: all }: Folder): readonly RecordedMigration[] =>
    all.map(({ name }) => ({ name, ledger: null })),
  );
  const ledgers = remembering(
    (actual: readonly RecordedMigration[]) => new Map(actual.map(({ name, ledger }) => [name, ledger])),
  );
  const open = remembering<Folder, WeakMap<readonly RecordedMigration[], readonly OpenFile[]>>(
    () => new WeakMap(),
  );
  const settled = remembering<Folder, WeakMap<readonly RecordedMigration[], Settled>>(() => new WeakMap());
  const folder = (tree: Tree, settings: MigrationSettings): Folder => {
    const known = folders(tree);
    const key = JSON.stringify(settings);
    const found = known.get(key) ?? readFolder(tree, settings);
    known.set(key, found);
    return found;
  };
  return {
    folder,
    folderAfter: (tree, settings, base) =>
      tree === base
        ? folder(tree, settings)
        : readFolderLike(tree, settings, { tree: base, folder: folder(base, settings) }),
    without(whole, names) {
      if (names.size === 0) return whole;
      const known = lessened(whole);
      const key = [...names].toSorted().join(' ');
      const found = known.get(key) ?? {
        ...whole,
        files: whole.files.filter(({ name }) => !names.has(name)),
      };
      known.set(key, found);
      return found;
    },
    filesOf: files,
    openIn(whole, actual) {
      const ran = ledgers(actual);
      const found =
        open(whole).get(actual) ??
        whole.files.flatMap((file, at) => (ran.has(file.name) ? [] : [{ at, file }]));
      open(whole).set(actual, found);
      return found;
    },
    recorded(state) {
      const known = recorded(state.history);
      const found = known.get(state.ledger) ?? recordedOf(state);
      known.set(state.ledger, found);
      return found;
    },
    applied,
    ledgerOf: ledgers,
    async settled(base, actual, find) {
      const found = settled(base).get(actual) ?? (await find());
      settled(base).set(actual, found);
      return found;
    },
  };
}

/** `make`, once for each object. */
export function remembering<Key extends object, Value extends object>(
  make: (key: Key) => Value,
): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
