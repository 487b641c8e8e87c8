import type { RecordedMigration } from '../../domain/history.ts';
import type { Problem } from '../../domain/problem.ts';
import { compareMigrationNames } from '../../migrations/order.ts';
import { readChecksums } from '../../migrations/read.ts';
import { compareHistory, type HistoryComparison } from '../../plan/compare-history.ts';
import type { ContentCache } from '../../ports/cache.ts';
import { findSettled, settledCount } from '../applying/settled.ts';
import type { StartQuestion } from './baseline-start.ts';
import type { CompileInput } from './compile-folder.ts';
import { leaveOutElsewhere } from './run-elsewhere.ts';
import { compiler } from './compiler.ts';
import type { PlanInput, PlanningTools } from './plan-input.ts';
import type { Folder } from './read-folder.ts';
import { standingMigrations, type Standing } from './standing.ts';

/** The two folders and the history, compared. */
export interface Survey {
  readonly input: PlanInput;
  readonly base: Folder;
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
  readonly comparison: HistoryComparison;
  readonly standing: Standing;
  readonly settled: CompileInput['settled'];
  /** About migrations that say where they are to run. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Compares the two folders with the history. */
export async function survey(input: PlanInput, tools: PlanningTools, signal: AbortSignal): Promise<Survey> {
  const { memory } = tools;
  const wholeBase = memory.folder(input.base, input.settings);
  const wholeDesired = memory.folderAfter(input.desired, input.settings, input.base);
  const actual = input.actual ?? memory.applied(wholeBase);
  const whole = { base: wholeBase, desired: wholeDesired, actual };
  const { base, desired, ...elsewhere } = await leaveOutElsewhere(input, whole, tools);
  const compile = compiler(input, tools, signal);
  const standing = standingMigrations({ settings: input.settings, base, desired, actual, memory }, compile);
  const settled = await settledOf(input, { base, desired, actual, standing }, tools);
  const comparison = await compare(input, { base, desired, actual }, settled, tools.cache);
  return { input, base, desired, actual, comparison, standing, settled, ...elsewhere };
}

interface Sides {
  readonly base: Folder;
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
}

/** What of branch and history is the same, and how much of that this change leaves alone. */
async function settledOf(
  { reader }: PlanInput,
  { base, desired, actual, standing }: Sides & { readonly standing: Standing },
  { memory, cache }: PlanningTools,
): Promise<CompileInput['settled']> {
  const history = await memory.settled(base, actual, async () => {
    const ledger = memory.ledgerOf(actual);
    const recorded = base.files.filter(({ name }) => (ledger.get(name) ?? null) !== null);
    const checksums = await readChecksums(reader, recorded, cache);
    return findSettled({ base: base.files, actual, checksums, mark: (name) => standing.mark(name) });
  });
  return { count: settledCount(history, base.files, desired.files, actual), history };
}

/** Compares what is not settled; of the rest the last one stays, for what comes after it. */
async function compare(
  { reader, baseBranch }: PlanInput,
  { base, desired, actual }: Sides,
  { count, history }: CompileInput['settled'],
  cache: ContentCache,
): Promise<HistoryComparison> {
  const skipped = Math.max(0, count - 1);
  const rest = {
    base: base.files.slice(skipped),
    desired: desired.files.slice(skipped),
    actual: actual.slice(skipped),
  };
  // Only where the ledger knows one is there something to compare with; a rename is looked for among the new files.
  const recorded = new Set(rest.actual.flatMap(({ name, ledger }) => (ledger === null ? [] : [name])));
  const applied = new Set(rest.actual.map(({ name }) => name));
  const asked = rest.desired.filter(({ name }) => recorded.has(name) || !applied.has(name));
  const comparison = compareHistory({
    ...rest,
    checksums: await readChecksums(reader, asked, cache),
    compare: compareMigrationNames,
    ...(baseBranch === null ? {} : { baseBranch }),
  });
  return { ...comparison, baseline: [...history.names.slice(0, skipped), ...comparison.baseline] };
}

/** What is asked of where a shadow is to start. */
export function startQuestion({ actual, comparison, desired, base }: Omit<Survey, 'input'>): StartQuestion {
  return {
    actual: actual.map(({ name }) => name),
    baseline: comparison.baseline,
    files: [...new Set([...base.files, ...desired.files].map(({ name }) => name))],
    adds: comparison.adds,
  };
}
