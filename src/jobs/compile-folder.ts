import type { RecordedMigration } from '../domain/history.ts';
import type { CompiledMigration, MigrationSettings } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import { compileMigrations } from '../migrations/compile.ts';
import type { HistoryComparison } from '../plan/compare-history.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { Folder } from './read-folder.ts';

export type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>;

/** Compiles a migration again where it asks the database; any other comes back as it is. */
export type Recompile = (
  migration: CompiledMigration,
  ask: Ask,
) => Promise<{ readonly compiled: CompiledMigration } | { readonly problem: Problem }>;

export interface CompiledFolder {
  /** What the target will hold when the steps run, in order. */
  readonly baseline: readonly CompiledMigration[];
  /** Newest first, with the down that the ledger kept, or compiled from the base where it kept none. */
  readonly removes: readonly CompiledMigration[];
  readonly adds: readonly CompiledMigration[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  readonly recompile: Recompile;
}

interface CompileInput {
  readonly input: { readonly settings: MigrationSettings; readonly mayAskDatabase: boolean };
  readonly base: Folder;
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
  readonly comparison: HistoryComparison;
}

/** Compiles what a plan needs: the base branch's migrations, and the steps. */
export async function compileFolder(
  { input, base, desired, actual, comparison }: CompileInput,
  tools: { readonly cache: ContentCache },
  signal: AbortSignal,
): Promise<CompiledFolder> {
  const compile = (folder: Folder, wanted: readonly string[], ask?: Ask) =>
    compileMigrations({
      sources: folder.sources,
      wanted: new Set(wanted),
      modules: folder.modules,
      settings: input.settings,
      cache: tools.cache,
      signal,
      ...(ask === undefined ? {} : { ask }),
    });
  const inBase = await compile(base, [...comparison.baseline, ...comparison.removes]);
  const compiledBase = new Map(inBase.compiled.map((migration) => [migration.name, migration]));
  const added = await compile(desired, comparison.adds);
  const asking = new Set(
    input.mayAskDatabase
      ? added.problems.flatMap(({ code, migration }) =>
          code === 'asks-database' && migration ? [migration] : [],
        )
      : [],
  );
  const removes = removals(comparison.removes, inBase.compiled, actual);
  return {
    baseline: comparison.baseline.flatMap((name) => compiledBase.get(name) ?? []),
    removes: removes.found,
    adds: comparison.adds.flatMap((name) => addOf(name, added.compiled, asking, desired)),
    problems: [
      ...inBase.problems,
      ...removes.problems,
      ...added.problems.filter(({ migration }) => migration === undefined || !asking.has(migration)),
    ],
    notes: added.notes,
    recompile: async (migration, ask) => {
      if (!asking.has(migration.name)) return { compiled: migration };
      const again = await compile(desired, [migration.name], ask);
      const [compiled] = again.compiled;
      const [problem] = again.problems;
      if (compiled !== undefined) return { compiled };
      return { problem: problem ?? unanswered(migration) };
    },
  };
}

/** The compiled migration; for one that asks the database, its place, until its questions are answered. */
function addOf(
  name: string,
  compiled: readonly CompiledMigration[],
  asking: ReadonlySet<string>,
  folder: Folder,
): readonly CompiledMigration[] {
  const found = compiled.find((migration) => migration.name === name);
  if (found !== undefined) return [found];
  const source = folder.sources.find((candidate) => candidate.name === name);
  if (source === undefined || !asking.has(name)) return [];
  const nothing = { statements: [], transaction: true };
  const { path, checksum } = source;
  return [{ name, path, checksum, up: nothing, down: null, asksDatabase: true }];
}

function removals(
  names: readonly string[],
  base: readonly CompiledMigration[],
  actual: readonly RecordedMigration[],
): { readonly found: readonly CompiledMigration[]; readonly problems: readonly Problem[] } {
  const found: CompiledMigration[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const compiled = base.find((migration) => migration.name === name);
    const ledger = actual.find((recorded) => recorded.name === name)?.ledger ?? null;
    if (compiled === undefined) continue;
    const removal =
      ledger === null || ledger.adopted
        ? compiled
        : { ...compiled, checksum: ledger.checksum, up: ledger.up, down: ledger.down };
    found.push(removal);
    if (removal.down === null) problems.push(noDown(removal));
  }
  return { found, problems };
}

function noDown({ name, path }: CompiledMigration): Problem {
  return {
    code: 'no-down',
    message:
      `This change removes ${name}, which would be taken back by its down migration; it has none. ` +
      'Keep the file, and undo what it did in a new migration.',
    migration: name,
    path,
  };
}

function unanswered({ name, path }: CompiledMigration): Problem {
  return {
    code: 'compile',
    message: `${name} asks the database while it builds its statements, and came to no end. Write the statements without asking.`,
    migration: name,
    path,
  };
}
