import type { EnvironmentPolicy } from './policy.ts';
import { environmentsOn } from './shared-branch.ts';

type Placed = Pick<EnvironmentPolicy, 'name' | 'promotesFrom'>;

type Branched = Placed & Pick<EnvironmentPolicy, 'branch' | 'after'>;

/**
 * The environments that are promoted to by one pull request with this one: those of its branch that take what has run
 * on the same branch, in the order of theirs.
 */
export function promotedTogether<One extends Branched>(
  policy: One,
  environments: readonly One[],
): readonly One[] {
  const source = (one: One): string | null =>
    one.promotesFrom === null ? null : (find(one.promotesFrom, environments)?.branch ?? null);
  const from = source(policy);
  if (from === null) return [policy];
  return environmentsOn(policy.branch, environments).filter((one) => source(one) === from);
}

/** The one of them in whose name that is done. */
export function promotingInto<One extends Branched>(policy: One, environments: readonly One[]): One {
  return promotedTogether(policy, environments)[0] ?? policy;
}

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
