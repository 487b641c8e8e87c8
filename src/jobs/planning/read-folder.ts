import { createHash } from 'node:crypto';
import type { MigrationFile, MigrationSettings } from '../../domain/migration.ts';
import type { Problem } from '../../domain/problem.ts';
import { discoverMigrations } from '../../migrations/discover.ts';
import { compareMigrationNames } from '../../migrations/order.ts';
import type { Tree, TreeEntry } from '../../ports/tree.ts';

/** What a migrations folder holds; no file of it was read yet. */
export interface Folder {
  readonly exists: boolean;
  /** In node-pg-migrate's order. */
  readonly files: readonly MigrationFile[];
  /** What a migration may import. */
  readonly modules: readonly TreeEntry[];
  /** Differs wherever `modules` do. */
  readonly modulesMark: string;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Finds the migrations of a folder, and the modules beside them. */
export function readFolder(tree: Tree, settings: MigrationSettings): Folder {
  if (tree.kind === 'missing') return { ...empty, exists: false };
  if (tree.kind === 'truncated') return { ...empty, problems: [truncated(settings)] };
  const { migrations, modules, problems, notes } = discoverMigrations(tree.entries, settings);
  return { exists: true, files: migrations, modules, modulesMark: markOf(modules), problems, notes };
}

/**
 * The same, where most of it is known from another folder: of a tree that begins as that folder's and goes on with
 * migrations only, nothing but those is looked at.
 */
export function readFolderLike(
  tree: Tree,
  settings: MigrationSettings,
  known: { readonly tree: Tree; readonly folder: Folder },
): Folder {
  if (tree.kind !== 'found' || known.tree.kind !== 'found') return readFolder(tree, settings);
  const begins = known.tree.entries.every((entry, at) => isSame(entry, tree.entries[at]));
  if (!begins) return readFolder(tree, settings);
  const rest = discoverMigrations(tree.entries.slice(known.tree.entries.length), settings);
  const { files } = known.folder;
  const isPlain = rest.modules.length === 0 && rest.problems.length === 0 && rest.notes.length === 0;
  if (!isPlain || !follows(files.at(-1), rest.migrations[0])) return readFolder(tree, settings);
  return { ...known.folder, files: [...files, ...rest.migrations] };
}

function isSame(a: TreeEntry, b: TreeEntry | undefined): boolean {
  return a.path === b?.path && a.blob === b.blob && a.mode === b.mode;
}

/** A number that stands already, or a smaller one, changes more than the end of the list. */
function follows(last: MigrationFile | undefined, next: MigrationFile | undefined): boolean {
  if (last === undefined || next === undefined) return true;
  const numberOf = ({ name }: MigrationFile): string => /^\d+/.exec(name)?.[0] ?? '';
  return numberOf(last) !== numberOf(next) && compareMigrationNames(last.name, next.name) < 0;
}

function markOf(modules: readonly TreeEntry[]): string {
  const parts = modules.map(({ path, blob }) => [path, blob]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

const empty: Folder = {
  exists: true,
  files: [],
  modules: [],
  modulesMark: markOf([]),
  problems: [],
  notes: [],
};

function truncated(settings: MigrationSettings): Problem {
  return {
    code: 'tree-truncated',
    message:
      `The folder \`${settings.directory}\` was expected whole, but GitHub could not list all of it. ` +
      'A part of it would be a wrong plan: move what are no migrations out of the folder.',
  };
}
