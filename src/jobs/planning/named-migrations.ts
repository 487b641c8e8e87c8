import type { MigrationSettings } from '../../domain/migration.ts';
import { discoverMigrations } from '../../migrations/discover.ts';
import type { Tree } from '../../ports/tree.ts';

/** The migrations of a folder by name, each with its blob. */
export function blobsByName(tree: Tree, settings: MigrationSettings): ReadonlyMap<string, string> {
  if (tree.kind !== 'found') return new Map();
  const { migrations } = discoverMigrations(tree.entries, settings);
  return new Map(migrations.map(({ name, blob }) => [name, blob]));
}

/** The folder with only those migrations that `keep` wants; what is no migration stays. */
export function only(
  folder: Tree,
  settings: MigrationSettings,
  keep: (name: string, blob: string) => boolean,
): Tree {
  if (folder.kind !== 'found') return folder;
  const { migrations } = discoverMigrations(folder.entries, settings);
  const dropped = new Set(migrations.filter(({ name, blob }) => !keep(name, blob)).map(({ path }) => path));
  return { kind: 'found', entries: folder.entries.filter(({ path }) => !dropped.has(path)) };
}
