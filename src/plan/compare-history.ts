import type { Problem } from '../domain/problem.ts';
import { checkActual } from './check-actual.ts';
import { findEdits } from './find-edits.ts';
import { findOutOfOrder } from './find-out-of-order.ts';
import { findRenames } from './find-renames.ts';
import type { HistoryInput, Sides } from './history-input.ts';
import { checkRemovals } from './check-removals.ts';
import { counted, listed } from './names-in-words.ts';

export interface HistoryComparison {
  /** To be run up by this change, in order. */
  readonly adds: readonly string[];
  /** To be run down by this change, newest first. */
  readonly removes: readonly string[];
  /** Merged before and not yet applied: they run first, as changes of their own. */
  readonly goesFirst: readonly string[];
  /** What the target holds by the time the steps run: applied or going first, in order; files of either tree. */
  readonly baseline: readonly string[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/**
 * The steps from what a target's history says, and what is merged before, to what a commit's tree wants; with
 * everything that makes node-pg-migrate's own order or the ledger's checksums disagree as problems.
 * A merged migration that never ran and is written anew by this change counts as added by it: it is this
 * change that decides what runs. One that never ran and is taken away needs no step.
 */
export function compareHistory(input: HistoryInput): HistoryComparison {
  const sides = sidesOf(input);
  const renames = findRenames(input, sides);
  const adds = sides.adds.filter((file) => !renames.newNames.has(file.name));
  const removes = sides.removes.filter((name) => !renames.oldNames.has(name));
  const goesFirst = sides.goesFirst.map(({ name }) => name);
  const staying = [...input.actual.map(({ name }) => name), ...goesFirst].filter(
    (name) => !removes.includes(name),
  );
  return {
    adds: adds.map(({ name }) => name),
    removes,
    goesFirst,
    baseline: [...sides.appliedFiles, ...goesFirst],
    problems: [
      ...checkActual(input, removes),
      ...findEdits(input),
      ...renames.problems,
      ...findOutOfOrder({ adds, staying, input }),
      ...checkRemovals({ removes, goesFirst, input }),
    ],
    notes: [...notesOnHistory(input, sides), ...notesOnOrder(goesFirst)],
  };
}

function sidesOf({ desired, base, actual, compare }: HistoryInput): Sides {
  const applied = new Set(actual.map(({ name }) => name));
  const before = new Map(base.map((file) => [file.name, file.blob]));
  const wanted = new Set(desired.map(({ name }) => name));
  const pending = desired.filter(({ name }) => !applied.has(name)).sort((a, b) => compare(a.name, b.name));
  return {
    applied,
    adds: pending.filter(({ name, blob }) => before.get(name) !== blob),
    removes: actual
      .map(({ name }) => name)
      .filter((name) => before.has(name) && !wanted.has(name))
      .reverse(),
    goesFirst: pending.filter(({ name, blob }) => before.get(name) === blob),
    appliedFiles: actual.map(({ name }) => name).filter((name) => before.has(name) || wanted.has(name)),
  };
}

function notesOnHistory({ desired, base, actual }: HistoryInput, { applied }: Sides): readonly string[] {
  const inBase = new Set(base.map(({ name }) => name));
  const early = desired.map(({ name }) => name).filter((name) => applied.has(name) && !inBase.has(name));
  const unknown = new Set(actual.filter(({ ledger }) => ledger === null).map(({ name }) => name));
  return early.map((name) => {
    const sum = unknown.has(name)
      ? ' Its checksum is unknown: nobody can tell whether it ran as the file is now.'
      : '';
    return `${name} is in the target's history already, run before this change was merged; it is no step of this plan.${sum}`;
  });
}

function notesOnOrder(goesFirst: readonly string[]): readonly string[] {
  if (goesFirst.length === 0) return [];
  const subject = counted(goesFirst.length, 'migration is', 'migrations are');
  return [
    `${subject} merged and not yet applied, and will go first under its own approvals: ${listed(goesFirst)}.`,
  ];
}
