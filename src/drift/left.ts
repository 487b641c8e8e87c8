import type { Item } from './items.ts';
import { kindOf } from './kinds.ts';
import type { Works } from './plan.ts';
import { handleOf, mentionsOf, speaksOf, type Handle, type Mentions } from './sql/mentions.ts';
import { identitySequences } from './tables/identity-sequence.ts';
import { tableOf } from './tables/shape.ts';

/** Changes that cannot be made because of those that are left: they need what is not made, or drop what stays in use. */
export function broughtDown(
  items: readonly Item[],
  works: Works,
  left: ReadonlySet<string>,
): ReadonlySet<string> {
  const lost = items.filter(({ key }) => left.has(key));
  const missing = lost.flatMap(missingOf).map(handleOf);
  const taken = new Set(lost.flatMap(takenBy));
  const held = lost.flatMap(({ before }) => (before === null ? [] : [mentionsOf(before.definition)]));
  const found = new Set<string>();
  for (const [key, work] of works) {
    if (left.has(key) || work === null || work === 'anew') continue;
    const falls = work.steps.some(
      ({ needs, drops, makes }) =>
        needsOne(needs, missing) ||
        dropsHeld(drops.map(handleOf), held) ||
        makes.some((handle) => taken.has(handle)),
    );
    if (falls) found.add(key);
  }
  return found;
}

/** Handles that a change that is left would have made, or may have. */
function missingOf({ kind, before, after }: Item): readonly string[] {
  if (after === null) return [];
  const handles = kindOf(kind)?.handles(after) ?? [];
  if (before === null) return handles;
  const [then, now] = [tableOf(before), tableOf(after)];
  if (kind !== 'table' && kind !== 'foreign table') return handles;
  const old = new Set(then?.columns.map(({ name }) => name));
  return (now?.columns ?? []).filter(({ name }) => !old.has(name)).map(({ name }) => `${after.name}.${name}`);
}

/** Names that a change that is left would have given free. */
function takenBy({ kind, before, after }: Item): readonly string[] {
  if (before === null) return [];
  const sequences =
    tableOf(before)?.columns.flatMap((column) => identitySequences(before.name, column)) ?? [];
  return after === null ? [...(kindOf(kind)?.handles(before) ?? []), ...sequences] : sequences;
}

function needsOne(needs: Mentions, handles: readonly Handle[]): boolean {
  return handles.some((handle) => speaksOf(needs, handle));
}

function dropsHeld(drops: readonly Handle[], held: readonly Mentions[]): boolean {
  return drops.some(
    (handle) => !handle.text.includes('#') && held.some((mentions) => speaksOf(mentions, handle)),
  );
}
