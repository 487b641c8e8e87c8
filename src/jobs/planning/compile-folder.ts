import type { CompiledMigration, MigrationSettings, MigrationSource } from '../../domain/migration.ts';
import type { RecordedMigration } from '../../domain/history.ts';
import type { Problem } from '../../domain/problem.ts';
import type { CompileResult } from '../../migrations/compile.ts';
import type { HistoryComparison } from '../../plan/compare-history.ts';
import type { TreeReader } from '../../ports/tree.ts';
import {
  BaselineHash,
  type Baseline,
  type BaselineStart,
  type BaselineStep,
} from '../../shadow/baseline-request.ts';
import { BaselineProblems } from './baseline-problems.ts';
import { compiler, type Ask, type CompileTools } from './compiler.ts';
import type { Folder } from './read-folder.ts';
import { digestAfter, type Settled } from '../applying/settled.ts';
import type { Standing } from './standing.ts';

/** Compiles a migration again where it asks the database; any other comes back as it is. */
export type Recompile = (
  migration: CompiledMigration,
  ask: Ask,
) => Promise<{ readonly compiled: CompiledMigration } | { readonly problem: Problem }>;

export interface CompiledFolder {
  /** What the target will hold when the steps run; compiled only where no shadow holds it yet. */
  readonly baseline: Baseline;
  /** Newest first, with the down that the ledger kept, or compiled from the base where it kept none. */
  readonly removes: readonly CompiledMigration[];
  readonly adds: readonly CompiledMigration[];
  /** Files of `adds`. */
  readonly sources: readonly MigrationSource[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  readonly recompile: Recompile;
}

export interface CompileInput {
  readonly settings: MigrationSettings;
  readonly mayAskDatabase: boolean;
  readonly reader: Pick<TreeReader, 'read'>;
  readonly base: Folder;
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
  readonly comparison: HistoryComparison;
  readonly standing: Standing;
  /** How many of the baseline's migrations are settled. */
  readonly settled: { readonly count: number; readonly history: Settled };
}

/** Compiles what a plan adds and takes back, and says where the rest is to be had. */
export async function compileFolder(
  input: CompileInput,
  tools: CompileTools,
  signal: AbortSignal,
): Promise<CompiledFolder> {
  const { desired, comparison } = input;
  const { standing } = input;
  const compile = compiler(input, tools, signal);
  const removed = await standing.compiled(comparison.removes);
  const added = await compile(desired, comparison.adds);
  const asking = askingMigrations(input, added);
  return {
    baseline: baselineAfter(input),
    removes: removed.migrations,
    adds: comparison.adds.flatMap((name) => addOf(name, added, asking)),
    sources: added.sources,
    problems: [
      ...removed.problems,
      ...removed.migrations.filter(({ down }) => down === null).map(noDown),
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

/** The same with a schema that stands for the first of `names`, whose own statements nobody asks for then. */
export function baselineFromStart(
  standing: Standing,
  names: readonly string[],
  start: BaselineStart,
): Baseline {
  const stoodFor = new Set(start.standsFor);
  const rest = names.filter((name) => !stoodFor.has(name));
  return { ...baselineOf(standing, rest), start };
}

/** `names`, in order, as what a shadow holds; `load` throws BaselineProblems. */
export function baselineOf(standing: Standing, names: readonly string[]): Baseline {
  return baselineFrom(standing, names, { count: 0, history: { names: [], hash: new BaselineHash() } });
}

/** What the target will hold when a plan's steps run; `load` throws BaselineProblems. */
export function baselineAfter({
  standing,
  comparison,
  settled,
}: Pick<CompileInput, 'standing' | 'comparison' | 'settled'>): Baseline {
  return baselineFrom(standing, comparison.baseline, settled);
}

function baselineFrom(
  standing: Standing,
  names: readonly string[],
  { count, history }: CompileInput['settled'],
): Baseline {
  const step = (name: string): BaselineStep => ({ name, mark: standing.mark(name) });
  const known = count === 0 ? { names: [], hash: new BaselineHash() } : history;
  return {
    digest: digestAfter(known, names.slice(count).map(step)),
    steps: () => names.map(step),
    load: async (from) => {
      const { migrations, problems } = await standing.compiled(names.slice(from));
      if (problems.length > 0) throw new BaselineProblems(problems);
      return migrations;
    },
  };
}

function askingMigrations(
  { mayAskDatabase }: CompileInput,
  { problems }: CompileResult,
): ReadonlySet<string> {
  if (!mayAskDatabase) return new Set();
  return new Set(
    problems.flatMap(({ code, migration }) => (code === 'asks-database' && migration ? [migration] : [])),
  );
}

/** The compiled migration; for one that asks the database, its place, until its questions are answered. */
function addOf(
  name: string,
  { compiled, sources }: CompileResult,
  asking: ReadonlySet<string>,
): readonly CompiledMigration[] {
  const found = compiled.find((migration) => migration.name === name);
  if (found !== undefined) return [found];
  const source = sources.find((candidate) => candidate.name === name);
  if (source === undefined || !asking.has(name)) return [];
  const nothing = { statements: [], transaction: true };
  const { path, checksum } = source;
  return [{ name, path, checksum, up: nothing, down: null, asksDatabase: true }];
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
