/** Pull requests that a merge queue has put together, on a branch that GitHub made for them. */
export interface MergeGroup {
  /** The branch that they would be merged into. */
  readonly base: string;
  /** The group's own branch: `gh-readonly-queue/<base>/pr-<number>-<base commit>`. */
  readonly branch: string;
  /** The commit that it stands on: the base branch's, or the head of a group before it. */
  readonly baseCommit: string;
  readonly head: string;
}

const queueBranch = /^gh-readonly-queue\/(.+)\/pr-(\d+)-([0-9a-f]{40})$/s;

/** What the name of a group's branch says; null for any other branch. */
export function partsOfQueueBranch(
  branch: string,
): { readonly base: string; readonly pullRequest: number; readonly baseCommit: string } | null {
  const [, base, number, baseCommit] = queueBranch.exec(branch) ?? [];
  if (base === undefined || number === undefined || baseCommit === undefined) return null;
  return { base, pullRequest: Number(number), baseCommit };
}
