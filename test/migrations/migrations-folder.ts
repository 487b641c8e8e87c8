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
    getMany: (keys) =>
      Promise.resolve(
        new Map(keys.flatMap((key) => [...(kept.has(key) ? [[key, kept.get(key) ?? ''] as const] : [])])),
      ),
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

/** A file with its bytes, before it is in any tree. */
export interface ModuleText {
  readonly path: string;
  readonly content: Uint8Array;
}

/** Compiles files of a migrations folder, all of them unless told otherwise. */
export function compile(
  texts: Readonly<Record<string, string>>,
  {
    modules = [],
    ...more
  }: Partial<Omit<CompileRequest, 'modules'>> & { modules?: readonly ModuleText[] } = {},
): Promise<CompileResult> {
  const files = Object.entries(texts).map(([name, text]) => source(name, text));
  const blobs = new Map(files.map(({ blob, content }) => [blob, content]));
  const entries = modules.map(({ path, content }) => {
    const blob = createHash('sha256').update(content).digest('hex').slice(0, 40);
    blobs.set(blob, content);
    return entry(path, { blob, size: content.length });
  });
  return compileMigrations({
    files,
    wanted: new Set(files.map(({ name }) => name)),
    modules: entries,
    reader: { read: (blob) => Promise.resolve(blobs.get(blob) ?? new Uint8Array()) },
    settings: defaultMigrationSettings,
    cache: memoryCache(),
    ...more,
  });
}

/** A file that migrations may import. */
export function module(path: string, text: string): ModuleText {
  return { path: `migrations/${path}`, content: Buffer.from(text) };
}
