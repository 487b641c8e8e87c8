import { createHash } from 'node:crypto';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import type { MigrationSettings, MigrationSource } from '../../src/domain/migration.ts';
import type { ContentCache } from '../../src/ports/cache.ts';
import type { TreeEntry, TreeReader } from '../../src/ports/tree.ts';
import { type CompileRequest, type CompileResult, compileMigrations } from '../../src/migrations/compile.ts';
import { discoverMigrations } from '../../src/migrations/discover.ts';

/** A migration's source as if it stood in `migrations/`. */
export function source(fileName: string, text: string): MigrationSource {
  const content = Buffer.from(text);
  const checksum = createHash('sha256').update(content).digest('hex');
  const language = fileName.endsWith('.sql') ? 'sql' : fileName.endsWith('ts') ? 'typescript' : 'javascript';
  const path = `migrations/${fileName}`;
  return {
    name: fileName.replace(/\.\w+$/, ''),
    path,
    blob: checksum.slice(0, 40),
    language,
    content,
    checksum,
  };
}

/** A file of the tree below the repository's root. */
export function entry(path: string, more: Partial<TreeEntry> = {}): TreeEntry {
  return { path, mode: '100644', blob: createHash('sha1').update(path).digest('hex'), size: 10, ...more };
}

/** What discovery makes of file names in `migrations/`. */
export function discover(
  names: readonly (string | TreeEntry)[],
  settings: Partial<MigrationSettings> = {},
): ReturnType<typeof discoverMigrations> {
  const entries = names.map((name) => (typeof name === 'string' ? entry(`migrations/${name}`) : name));
  return discoverMigrations(entries, { ...defaultMigrationSettings, ...settings });
}

/** A cache in memory that counts what it was asked. */
export function memoryCache(): ContentCache & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: (key) => Promise.resolve(kept.get(key) ?? null),
    put: (key, value) => Promise.resolve(void kept.set(key, value)),
  };
}

/** A tree whose blobs are these bytes. */
export function treeOf(
  blobs: Readonly<Record<string, Uint8Array>>,
): TreeReader & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    list: () => Promise.resolve({ kind: 'missing' }),
    read: (blob) => {
      reads.push(blob);
      return Promise.resolve(blobs[blob] ?? new Uint8Array());
    },
  };
}

/** Compiles files of a migrations folder, all of them unless told otherwise. */
export function compile(
  files: Readonly<Record<string, string>>,
  more: Partial<CompileRequest> & { modules?: CompileRequest['modules'] } = {},
): Promise<CompileResult> {
  const sources = Object.entries(files).map(([name, text]) => source(name, text));
  return compileMigrations({
    sources,
    wanted: new Set(sources.map(({ name }) => name)),
    modules: [],
    settings: defaultMigrationSettings,
    cache: memoryCache(),
    ...more,
  });
}

/** A file that migrations may import. */
export function module(path: string, text: string): CompileRequest['modules'][number] {
  return { path: `migrations/${path}`, content: Buffer.from(text) };
}
