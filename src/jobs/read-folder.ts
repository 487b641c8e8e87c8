import type { MigrationFile, MigrationSettings, MigrationSource } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import { discoverMigrations } from '../migrations/discover.ts';
import { readSources } from '../migrations/read.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { Tree, TreeReader } from '../ports/tree.ts';

/** A migrations folder, read whole: what `compileMigrations` needs. */
export interface Folder {
  readonly exists: boolean;
  /** In node-pg-migrate's order. */
  readonly files: readonly MigrationFile[];
  readonly sources: readonly MigrationSource[];
  readonly modules: readonly { readonly path: string; readonly content: Uint8Array }[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Reads every migration of a folder, and the modules beside them that a migration may import. */
export async function readFolder(
  tree: Tree,
  reader: Pick<TreeReader, 'read'>,
  settings: MigrationSettings,
  cache: ContentCache,
): Promise<Folder> {
  if (tree.kind === 'missing') return { ...empty, exists: false };
  if (tree.kind === 'truncated') return { ...empty, problems: [truncated(settings)] };
  const found = discoverMigrations(tree.entries, settings);
  const read = await readSources(reader, found.migrations, cache);
  const scripts = found.migrations.some(({ language }) => language !== 'sql');
  const modules = scripts
    ? await Promise.all(
        found.modules.map(async ({ path, blob }) => ({ path, content: await reader.read(blob) })),
      )
    : [];
  return {
    exists: true,
    files: found.migrations,
    sources: read.sources,
    modules,
    problems: [...found.problems, ...read.problems],
    notes: found.notes,
  };
}

const empty: Folder = { exists: true, files: [], sources: [], modules: [], problems: [], notes: [] };

function truncated(settings: MigrationSettings): Problem {
  return {
    code: 'tree-truncated',
    message:
      `The folder \`${settings.directory}\` was expected whole, but GitHub could not list all of it. ` +
      'A part of it would be a wrong plan: move what are no migrations out of the folder.',
  };
}
