import type { MigrationSettings } from '../../domain/migration.ts';
import { compileMigrations, type CompileResult } from '../../migrations/compile.ts';
import type { Sandbox } from '../../migrations/sandbox/sandbox.ts';
import type { ContentCache } from '../../ports/cache.ts';
import type { TreeReader } from '../../ports/tree.ts';
import type { Folder } from './read-folder.ts';

export type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>;

export interface CompileTools {
  readonly cache: ContentCache;
  readonly sandbox: Sandbox;
}

/** Compiles some migrations of a folder. */
export type Compile = (folder: Folder, wanted: readonly string[], ask?: Ask) => Promise<CompileResult>;

/** Compiles with what a plan has at hand. */
export function compiler(
  { settings, reader }: { readonly settings: MigrationSettings; readonly reader: Pick<TreeReader, 'read'> },
  { cache, sandbox }: CompileTools,
  signal: AbortSignal,
): Compile {
  return (folder, wanted, ask) =>
    compileMigrations({
      files: folder.files,
      wanted: new Set(wanted),
      modules: folder.modules,
      reader,
      settings,
      cache,
      sandbox,
      signal,
      ...(ask === undefined ? {} : { ask }),
    });
}
