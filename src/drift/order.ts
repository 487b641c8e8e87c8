import { handleOf, speaksOf, type Handle, type Mentions } from './sql/mentions.ts';
import type { Step } from './step.ts';

/** Steps in an order that runs, or those of which none can be first. */
export type Order = { readonly steps: readonly Step[] } | { readonly circle: readonly Step[] };

/**
 * Puts each step after what makes what it needs, after what lets go of what it drops, and a name's end before its new
 * beginning; among the free ones the lowest rank is first. What a body may mean counts where nothing else speaks
 * against it.
 */
export function inOrder(steps: readonly Step[]): Order {
  const waits = waitsOf(steps);
  const open = new Set(steps.keys());
  const ordered: Step[] = [];
  while (open.size > 0) {
    const next = lowest(free(waits.all, open), steps) ?? lowest(free(waits.certain, open), steps);
    if (next === undefined)
      return { circle: circleIn(waits.certain, open).flatMap((index) => steps[index] ?? []) };
    open.delete(next);
    ordered.push(...steps.slice(next, next + 1));
  }
  return { steps: ordered };
}

/** The indexes that wait for none of the open ones. */
function free(waits: readonly ReadonlySet<number>[], open: ReadonlySet<number>): readonly number[] {
  return [...open].filter((index) => !hasSome(waits[index], open));
}

function hasSome(those: ReadonlySet<number> = new Set(), open: ReadonlySet<number>): boolean {
  for (const index of those) if (open.has(index)) return true;
  return false;
}

/** Without those that only wait for the circle: no other waits for them. */
function circleIn(waits: readonly ReadonlySet<number>[], open: ReadonlySet<number>): readonly number[] {
  let rest = [...open];
  for (;;) {
    const awaited = new Set(rest.flatMap((index) => [...(waits[index] ?? [])]));
    const fewer = rest.filter((index) => awaited.has(index));
    if (fewer.length === rest.length) return rest;
    rest = fewer;
  }
}

function lowest(indexes: readonly number[], steps: readonly Step[]): number | undefined {
  const rank = (index: number): number => steps[index]?.rank ?? 0;
  return indexes.toSorted((a, b) => rank(a) - rank(b) || a - b)[0];
}

interface Waits {
  /** For each step the indexes of those before it. */
  readonly certain: readonly ReadonlySet<number>[];
  /** With what a body may mean. */
  readonly all: readonly ReadonlySet<number>[];
}

function waitsOf(steps: readonly Step[]): Waits {
  const [certain, all] = [steps.map(() => new Set<number>()), steps.map(() => new Set<number>())];
  const wait = (index: number, before: number, isCertain = true): void => {
    if (index === before) return;
    all[index]?.add(before);
    if (isCertain) certain[index]?.add(before);
  };
  const needing = indexed(steps, ({ needs }) => needs.names);
  const guessing = indexed(steps, ({ needs }) => needs.perhaps);
  const freeing = indexed(steps, ({ frees }) => frees.names);
  const dropping = indexed(steps, ({ drops }) => drops);
  for (const [index, { makes, drops, retypes }] of steps.entries()) {
    for (const handle of [...makes, ...retypes].map(handleOf)) {
      for (const other of speaking(needing, handle, (at) => steps[at]?.needs)) wait(other, index);
      if (!isObject(handle)) continue;
      for (const other of guessing.get(handle.last) ?? []) wait(other, index, false);
      // A step that does both stands for a moment without it, and may be one of many.
      if (!drops.includes(handle.text))
        for (const other of dropping.get(handle.text) ?? []) wait(index, other);
    }
    for (const handle of [...drops, ...retypes].map(handleOf)) {
      for (const other of speaking(freeing, handle, (at) => steps[at]?.frees)) wait(index, other);
    }
  }
  return { certain, all };
}

/** Indexes of steps by each of some texts of theirs. */
function indexed(
  steps: readonly Step[],
  textsOf: (step: Step) => Iterable<string>,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [index, step] of steps.entries()) {
    for (const text of new Set(textsOf(step))) {
      const those = found.get(text);
      if (those === undefined) found.set(text, [index]);
      else those.push(index);
    }
  }
  return found;
}

/** Indexes of the steps that speak of a handle. */
function speaking(
  steps: ReadonlyMap<string, readonly number[]>,
  handle: Handle,
  mentions: (index: number) => Mentions | undefined,
): readonly number[] {
  const maybe = [...(steps.get(handle.text) ?? []), ...(steps.get(handle.table ?? handle.text) ?? [])];
  return maybe.filter((index) => {
    const found = mentions(index);
    return found !== undefined && speaksOf(found, handle);
  });
}

/** Not one that only says what to wait for. */
function isObject({ text }: Handle): boolean {
  return !text.includes('#');
}
