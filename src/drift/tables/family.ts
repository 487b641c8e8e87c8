import type { World } from '../world.ts';
import type { Table } from './shape.ts';

/** Tables that inherit from one, over all levels, partitions among them, as they are before and stay. */
export function heirsOf(name: string, world: World): readonly string[] {
  const found: string[] = [];
  const open = [name];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const [heir, table] of world.tablesAfter) {
      const before = world.tablesBefore.get(heir);
      if (before === undefined || found.includes(heir)) continue;
      if (!parentsOf(before).includes(parent) || !parentsOf(table).includes(parent)) continue;
      found.push(heir);
      open.push(heir);
    }
  }
  return found;
}

/** A table's parents that are so before and after, as they are in both. */
export function lastingParents(
  before: Table,
  after: Table,
  world: World,
): readonly { readonly before: Table; readonly after: Table }[] {
  return parentsOf(before)
    .filter((parent) => parentsOf(after).includes(parent))
    .flatMap((parent) => {
      const [then, now] = [world.tablesBefore.get(parent), world.tablesAfter.get(parent)];
      return then === undefined || now === undefined ? [] : [{ before: then, after: now }];
    });
}

export function parentsOf({ partitionOf, inherits }: Table): readonly string[] {
  return partitionOf === null ? inherits : [partitionOf.parent];
}
