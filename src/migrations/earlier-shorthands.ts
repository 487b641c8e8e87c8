import { createHash } from 'node:crypto';
import libraryPackage from 'node-pg-migrate/package.json' with { type: 'json' };
import type { MigrationFile, MigrationSource } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { TreeEntry } from '../ports/tree.ts';
import { readCached } from './cached.ts';
import type { CodeContext, Shorthands } from './compile-code.ts';
import { shorthandsShape } from './shapes.ts';

/** Type shorthands of all migrations before one, which node-pg-migrate hands on from each to the next. */
export interface EarlierShorthands {
  /** Those that stand when `file` is compiled; asked for one file after the other, in order. */
  before(file: MigrationFile): Promise<Shorthands>;
  /** What a migration that was compiled just now adds. */
  add(name: string, shorthands: Shorthands): void;
  /** A migration whose code is at fault, as its own problem says: it adds nothing, and nothing behind it is kept. */
  leaveOut(name: string): void;
  readonly problems: readonly Problem[];
}

export interface EarlierRequest {
  /** All migrations in code, in order. */
  readonly code: readonly MigrationFile[];
  readonly modules: readonly TreeEntry[];
  readonly context: CodeContext;
  /** The file with its bytes; null, with a problem of its own, where it cannot be read. */
  readonly source: (file: MigrationFile) => Promise<MigrationSource | { readonly problem: Problem }>;
}

/**
 * Kept by the contents of all that came before, so that a history that is known costs one look-up, and one that
 * begins like a known one only what is new in it.
 */
export function earlierShorthands(request: EarlierRequest): EarlierShorthands {
  const { code, context } = request;
  const added = new Map<string, Shorthands>();
  const problems: Problem[] = [];
  let at = 0;
  let key = seedOf(request.modules);
  let standing: Shorthands = {};
  let isWhole = true;

  const fail = (problem: Problem): Shorthands => {
    problems.push(problem);
    isWhole = false;
    return {};
  };
  const own = async (file: MigrationFile): Promise<Shorthands> => {
    const known = added.get(file.name);
    if (known !== undefined) return known;
    const source = await request.source(file);
    if ('problem' in source) {
      return fail(source.problem);
    }
    const { readShorthands } = await import('./compile-code.ts');
    const found = await readShorthands(source, standing, context);
    if (found.kind === 'shorthands') return found.shorthands;
    return fail(found.problem);
  };

  return {
    problems,
    add: (name, shorthands) => void added.set(name, shorthands),
    leaveOut: (name) => {
      added.set(name, {});
      isWhole = false;
    },
    async before(file) {
      const until = code.findIndex(({ name }) => name === file.name);
      const between = code.slice(at, until);
      if (between.length === 0) return standing;
      const keys = chain(key, between);
      const known = await longestKnown(context, keys);
      if (known !== null) standing = known.shorthands;
      for (const next of between.slice(known === null ? 0 : known.index + 1)) {
        context.signal?.throwIfAborted();
        standing = { ...standing, ...(await own(next)) };
      }
      [at, key] = [until, keys.at(-1) ?? key];
      const isNew = known?.index !== keys.length - 1;
      if (isNew && isWhole) await context.cache.put(key, JSON.stringify(standing));
      return standing;
    },
  };
}

function seedOf(modules: readonly TreeEntry[]): string {
  const parts = modules.map(({ path, blob }) => [path, blob]);
  return keyOf(JSON.stringify([libraryPackage.version, parts]));
}

/** A key for the history up to each of `files`. */
function chain(start: string, files: readonly MigrationFile[]): readonly string[] {
  let key = start;
  return files.map(({ path, blob }) => (key = keyOf(`${key} ${path} ${blob}`)));
}

function keyOf(text: string): string {
  return `earlier:v1:${createHash('sha256').update(text).digest('hex')}`;
}

async function longestKnown(
  { cache }: CodeContext,
  keys: readonly string[],
): Promise<{ readonly index: number; readonly shorthands: Shorthands } | null> {
  const whole = await readCached(cache, keys.at(-1) ?? '', shorthandsShape);
  if (whole !== null) return { index: keys.length - 1, shorthands: whole };
  const kept = await cache.getMany(keys);
  const index = keys.findLastIndex((key) => kept.has(key));
  const shorthands = index < 0 ? null : await readCached(cache, keys[index] ?? '', shorthandsShape);
  return shorthands === null ? null : { index, shorthands };
}
