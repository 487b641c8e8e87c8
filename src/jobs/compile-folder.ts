import type { LedgerEntry, RecordedMigration } from '../domain/history.ts';
import type { CompiledMigration, MigrationFile, MigrationSettings } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import { compileMigrations, type CompileResult } from '../migrations/compile.ts';
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

type Compile = (folder: Folder, wanted: readonly string[], ask?: Ask) => Promise<CompileResult>;

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
  const compile: Compile = (folder, wanted, ask) =>
    compileMigrations({
      sources: folder.sources,
      wanted: new Set(wanted),
      modules: folder.modules,
      settings: input.settings,
      cache: tools.cache,
      signal,
      ...(ask === undefined ? {} : { ask }),
    });
  const standing = await compileStanding({ input, base, desired, actual, comparison }, compile);
  const added = await compile(desired, comparison.adds);
  const asking = new Set(
    input.mayAskDatabase
      ? added.problems.flatMap(({ code, migration }) =>
          code === 'asks-database' && migration ? [migration] : [],
        )
      : [],
  );
  const removes = comparison.removes.flatMap((name) => standing.found.get(name) ?? []);
  return {
    baseline: comparison.baseline.flatMap((name) => standing.found.get(name) ?? []),
    removes,
    adds: comparison.adds.flatMap((name) => addOf(name, added.compiled, asking, desired)),
    problems: [
      ...standing.problems,
      ...removes.filter(({ down }) => down === null).map(noDown),
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

/**
 * What the target holds, or will hold when the steps run: with the statements that the ledger kept, where
 * Tidegate ran it, else as its file says.
 */
async function compileStanding(
  { base, desired, actual, comparison }: CompileInput,
  compile: Compile,
): Promise<{
  readonly found: ReadonlyMap<string, CompiledMigration>;
  readonly problems: readonly Problem[];
}> {
  const ledger = new Map(actual.flatMap(({ name, ledger: kept }) => (kept === null ? [] : [[name, kept]])));
  const wanted = [...new Set([...comparison.baseline, ...comparison.removes])];
  const files = new Map([...desired.files, ...base.files].map((file) => [file.name, file]));
  const kept = wanted.flatMap((name) => fromLedger(ledger.get(name), files.get(name)));
  const known = new Set(kept.map(({ name }) => name));
  const inBase = new Set(base.files.map(({ name }) => name));
  const rest = wanted.filter((name) => !known.has(name));
  const fromBase = await compile(
    base,
    rest.filter((name) => inBase.has(name)),
  );
  // Run by hand before its merge: only the change's own folder has the file.
  const fromDesired = await compile(
    desired,
    rest.filter((name) => !inBase.has(name)),
  );
  const all = [...kept, ...fromBase.compiled, ...fromDesired.compiled];
  return {
    found: new Map(all.map((migration) => [migration.name, migration])),
    problems: [...fromBase.problems, ...fromDesired.problems],
  };
}

function fromLedger(
  entry: LedgerEntry | undefined,
  file: MigrationFile | undefined,
): readonly CompiledMigration[] {
  // An adopted row kept what the file said, not what ran.
  if (entry === undefined || entry.adopted || file === undefined) return [];
  const { name, checksum, up, down } = entry;
  return [{ name, path: file.path, checksum, up, down, asksDatabase: false }];
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
