import type { Item } from './items.ts';
import type { Kind } from './kind.ts';
import { kindOf } from './kinds.ts';
import { worksOf, type Works } from './plan.ts';
import { handleOf, mentionsOf, speaksOf, type Handle, type Mentions } from './sql/mentions.ts';

/** What is to be done, with all that has to be made anew for it; or the items that cannot be had that way. */
export type Settled = { readonly works: Works } | { readonly impossible: ReadonlySet<string> };

/**
 * Finds what has to be dropped and made anew: what cannot be changed in place, and what is built on that, or on a
 * column that gets another type. Where something built on it holds rows, the change that asked for it is impossible.
 */
export function settle(items: readonly Item[]): Settled {
  // For each that is made anew, the change that asked for it.
  const causes = new Map<string, string>();
  const lasting = items.flatMap((item) => lastingOf(item));
  for (;;) {
    const works = worksOf(items, new Set(causes.keys()));
    const wanted = [...works].filter(([, work]) => work === 'anew').map(([key]) => key);
    for (const key of wanted) causes.set(key, key);
    const impossible = new Set<string>();
    let more = wanted.length;
    for (const { handle, from, isRetyped } of renewed(items, works, causes)) {
      const cause = causes.get(from) ?? from;
      for (const other of lasting) {
        if (other.key === from || causes.has(other.key) || (isRetyped && !other.kind.pinsColumns)) continue;
        if (!isBuiltOn(other, handle)) continue;
        if (!other.kind.light) impossible.add(cause);
        else {
          causes.set(other.key, cause);
          more += 1;
        }
      }
    }
    if (impossible.size > 0) return { impossible };
    if (more === 0) return { works };
  }
}

interface Lasting {
  readonly key: string;
  readonly kind: Kind;
  readonly mentions: Mentions;
  readonly wholes: readonly string[];
}

/** Of what is there before and after. */
function lastingOf({ key, kind: name, before, after }: Item): readonly Lasting[] {
  const kind = kindOf(name);
  if (kind === undefined || before === null || after === null) return [];
  return [{ key, kind, mentions: mentionsOf(before.definition), wholes: kind.partOf?.(before) ?? [] }];
}

function isBuiltOn({ mentions, wholes }: Lasting, handle: Handle): boolean {
  const isColumnOfWhole = wholes.some((whole) => whole.startsWith(`${handle.text}.`));
  return isColumnOfWhole || wholes.includes(handle.text) || speaksOf(mentions, handle);
}

interface Renewed {
  readonly handle: Handle;
  readonly from: string;
  readonly isRetyped: boolean;
}

/** Handles of what is there no more for a while: of what is made anew, and of what steps drop and make, or retype. */
function renewed(
  items: readonly Item[],
  works: Works,
  causes: ReadonlyMap<string, string>,
): readonly Renewed[] {
  return items.flatMap(({ key, kind, before }): Renewed[] => {
    const work = works.get(key);
    const steps = work === undefined || work === null || work === 'anew' ? [] : work.steps;
    const made = new Set(steps.flatMap(({ makes }) => makes));
    const twice = steps.flatMap(({ drops }) => drops).filter((one) => made.has(one) && !one.includes('#'));
    const whole = before !== null && causes.has(key) ? (kindOf(kind)?.handles(before) ?? []) : [];
    return [
      ...[...twice, ...whole].map((one) => ({ handle: handleOf(one), from: key, isRetyped: false })),
      ...steps
        .flatMap(({ retypes }) => retypes)
        .map((one) => ({ handle: handleOf(one), from: key, isRetyped: true })),
    ];
  });
}
