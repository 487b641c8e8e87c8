import type { Item } from './items.ts';
import type { Work } from './kind.ts';
import { kindOf } from './kinds.ts';
import { withoutDefaults } from './kinds/default-privileges.ts';
import { columnHandle, wholesOf } from './sql/mentions.ts';
import { handlesGone } from './tables/change-constraints.ts';
import { constraintHandles } from './tables/constraints.ts';
import { tablesIn, type World } from './world.ts';

/** What is to be done about each item; `anew` are the keys of those that are dropped and made. */
export type Works = ReadonlyMap<string, Work | 'anew' | null>;

export function worksOf(items: readonly Item[], anew: ReadonlySet<string>): Works {
  const world = worldOf(items, anew);
  return new Map(
    items
      .filter(({ change, key }) => change !== null || anew.has(key))
      .map((item) => [item.key, workOf(item, anew, world)]),
  );
}

function workOf(
  { kind: name, key, before, after }: Item,
  anew: ReadonlySet<string>,
  world: World,
): Work | 'anew' | null {
  const kind = kindOf(name);
  if (kind === undefined) return null;
  if (before !== null && after !== null && !anew.has(key)) return kind.change(before, after, world);
  const dropped = before === null ? [] : kind.drop(before, world);
  const made = after === null ? [] : kind.make(after, world);
  if (dropped === null || made === null) return null;
  return { steps: [...dropped, ...made, ...(after === null ? [] : withoutDefaults(after, world))] };
}

function worldOf(items: readonly Item[], anew: ReadonlySet<string>): World {
  const before = new Map(
    items.flatMap(({ key, before: object }) => (object === null ? [] : [[key, object]])),
  );
  const after = new Map(items.flatMap(({ key, after: object }) => (object === null ? [] : [[key, object]])));
  const [tablesBefore, tablesAfter] = [tablesIn(before), tablesIn(after)];
  const gone = new Set<string>();
  for (const { key, kind, before: object, after: now } of items) {
    if (object === null || (now !== null && !anew.has(key))) continue;
    for (const handle of kindOf(kind)?.handles(object) ?? []) gone.add(handle);
  }
  for (const [name, table] of tablesBefore) {
    const now = tablesAfter.get(name);
    const columns = table.columns.filter(
      (column) => now?.columns.every((other) => other.name !== column.name) !== false,
    );
    for (const column of columns) gone.add(columnHandle(name, column.name));
    const constraints =
      now === undefined
        ? table.constraints.flatMap((constraint) => constraintHandles(name, constraint))
        : handlesGone(table, now);
    for (const handle of constraints) gone.add(handle);
  }
  return {
    before,
    after,
    tablesBefore,
    tablesAfter,
    isGone: (handle) => wholesOf(handle).some((whole) => gone.has(whole)),
  };
}
