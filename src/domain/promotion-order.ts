import type { EnvironmentPolicy } from './policy.ts';

type Placed = Pick<EnvironmentPolicy, 'name' | 'promotesFrom'>;

/** The environments that something goes through before it comes to that one, the nearest first. */
export function environmentsBelow<One extends Placed>(
  name: string,
  environments: readonly One[],
): readonly One[] {
  const below: One[] = [];
  for (let at = find(name, environments); at !== undefined && at.promotesFrom !== null;) {
    at = find(at.promotesFrom, environments);
    if (at === undefined || below.includes(at)) break;
    below.push(at);
  }
  return below;
}

/** The environments that something goes on to from that one, the nearest first. */
export function environmentsAbove<One extends Placed>(
  name: string,
  environments: readonly One[],
): readonly One[] {
  return environments
    .map((one) => ({
      one,
      way: environmentsBelow(one.name, environments).findIndex((below) => below.name === name),
    }))
    .filter(({ way }) => way >= 0)
    .sort((a, b) => a.way - b.way)
    .map(({ one }) => one);
}

function find<One extends Placed>(name: string, environments: readonly One[]): One | undefined {
  return environments.find((one) => one.name === name);
}
