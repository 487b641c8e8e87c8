import type { EnvironmentPolicy } from './policy.ts';

type Placed = Pick<EnvironmentPolicy, 'branch' | 'name' | 'after'>;

/** The environments of a branch, in the order in which they take its changes; none where it stands for none. */
export function environmentsOn<One extends Placed>(
  branch: string,
  environments: readonly One[],
): readonly One[] {
  const on = environments.filter((one) => one.branch === branch);
  const ordered: One[] = [];
  for (let next = on.find(({ after }) => after === undefined); next !== undefined;) {
    const { name } = next;
    ordered.push(next);
    next = on.find((one) => one.after === name && !ordered.includes(one));
  }
  return ordered;
}

/** The environment that takes a branch's changes right after this one; null where none does. */
export function nextOn<One extends Placed>(
  { branch, name }: Placed,
  environments: readonly One[],
): One | null {
  return environments.find((one) => one.branch === branch && one.after === name) ?? null;
}
