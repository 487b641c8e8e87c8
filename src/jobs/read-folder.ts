import type { MigrationFile, MigrationSettings } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import { discoverMigrations } from '../migrations/discover.ts';
import type { Tree, TreeEntry } from '../ports/tree.ts';

/** What a migrations folder holds; no file of it was read yet. */
export interface Folder {
  readonly exists: boolean;
  /** In node-pg-migrate's order. */
  readonly files: readonly MigrationFile[];
  /** What a migration may import. */
  readonly modules: readonly TreeEntry[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Finds the migrations of a folder, and the modules beside them. */
export function readFolder(tree: Tree, settings: MigrationSettings): Folder {
  if (tree.kind === 'missing') return { ...empty, exists: false };
  if (tree.kind === 'truncated') return { ...empty, problems: [truncated(settings)] };
  const { migrations, modules, problems, notes } = discoverMigrations(tree.entries, settings);
  return { exists: true, files: migrations, modules, problems, notes };
}

const empty: Folder = { exists: true, files: [], modules: [], problems: [], notes: [] };

function truncated(settings: MigrationSettings): Problem {
  return {
    code: 'tree-truncated',
    message:
      `The folder \`${settings.directory}\` was expected whole, but GitHub could not list all of it. ` +
      'A part of it would be a wrong plan: move what are no migrations out of the folder.',
  };
}
