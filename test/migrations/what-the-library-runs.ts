import { loadMigrations } from 'node-pg-migrate/runner';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface LibraryRun {
  readonly name: string;
  readonly up: LibraryScript;
  /** Null where the library refuses to run it. */
  readonly down: LibraryScript | null;
}

export interface LibraryScript {
  readonly transaction: boolean;
  /** The texts that it sends, its own bookkeeping left out. */
  readonly sent: readonly string[];
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Lets node-pg-migrate itself load a folder with these files and run each migration, on a database that only listens. */
export async function whatTheLibraryRuns(
  files: Readonly<Record<string, string>>,
  decamelize = false,
): Promise<LibraryRun[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-library-'));
  try {
    // Typed migrations import the package by its name.
    await mkdir(join(folder, 'node_modules'));
    await symlink(resolve('node_modules/node-pg-migrate'), join(folder, 'node_modules/node-pg-migrate'));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return await runAll(folder, decamelize);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runAll(folder: string, decamelize: boolean): Promise<LibraryRun[]> {
  let heard: string[] = [];
  const answer = (sql: unknown): Promise<{ rows: never[] }> => {
    heard.push(String(sql));
    return Promise.resolve({ rows: [] });
  };
  const db = { query: answer, select: answer };
  const options = { dir: folder, migrationsTable: 'pgmigrations', decamelize, verbose: false };
  const migrations: unknown = await Reflect.apply(loadMigrations, undefined, [db, options, silent]);
  const listen = async (migration: Migration, direction: 'up' | 'down'): Promise<LibraryScript> => {
    heard = [];
    await migration.apply(direction);
    const transaction = heard[0] === 'BEGIN;';
    const inner = transaction ? heard.slice(1, -1) : heard;
    return { transaction, sent: inner.slice(0, -1) };
  };
  const runs: LibraryRun[] = [];
  for (const migration of migrations as Migration[]) {
    const up = await listen(migration, 'up');
    const down = await listen(migration, 'down').catch(() => null);
    runs.push({ name: migration.name, up, down });
  }
  return runs;
}

interface Migration {
  readonly name: string;
  apply(direction: 'up' | 'down'): Promise<unknown>;
}
