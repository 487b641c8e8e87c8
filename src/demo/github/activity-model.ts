import type { Sha, Timestamp } from './model.ts';

export const ACTIVITY_TYPES = [
  'push',
  'force_push',
  'branch_creation',
  'branch_deletion',
  'pr_merge',
  'merge_queue_merge',
] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

/** One move of a branch, as the repository's activity lists it. */
export interface Activity {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly ref: string;
  /** Zeros where the branch is new. */
  readonly before: Sha;
  /** Zeros where the branch is gone. */
  readonly after: Sha;
  readonly type: ActivityType;
  readonly actorId: number;
  readonly at: Timestamp;
}
