import type { Sha, Timestamp } from './model.ts';

/** A pull request that waits in the merge queue of its base branch. */
export interface QueueEntry {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly branch: string;
  readonly pullRequestId: number;
  /** What was enqueued; another head takes it out of the queue. */
  readonly head: Sha;
  readonly enqueuerId: number;
  readonly enqueuedAt: Timestamp;
  /** Built by itself, since the group that it was in failed and it is to be found out whose fault that was. */
  solo: boolean;
  /** The commit that would land it; null until its group is built. */
  built: { readonly base: Sha; readonly commit: Sha } | null;
}

/** Pull requests that wait for checks together, on a branch that GitHub made for them. */
export interface MergeGroup {
  readonly id: number;
  readonly repositoryId: number;
  readonly branch: string;
  /** The full name of the branch with its head. */
  readonly ref: string;
  readonly base: Sha;
  readonly head: Sha;
  readonly entryIds: readonly number[];
}
