import type { Actor, MergeMethod, PullRequest, Sha } from '../model.ts';
import { timestamp, type World } from '../world.ts';
import { tellPullRequest } from './pull-request-events.ts';

export async function closeUnmerged(world: World, pull: PullRequest, by: Actor): Promise<void> {
  markClosed(world, pull, by);
  await tellPullRequest(world, pull, 'closed', by);
}

function markClosed(world: World, pull: PullRequest, by: Actor): void {
  const at = timestamp(world);
  Object.assign(pull.issue, { state: 'closed', closedAt: at, updatedAt: at, closedById: by.account.id });
}

export interface Merged {
  readonly by: Actor;
  readonly method: MergeMethod | null;
  readonly before: Sha;
  readonly after: Sha;
  /** The merge commit, the squash commit, the rebased tip, or what brought the commits in. */
  readonly commit: Sha;
}

/** Notes that a pull request is merged. Tells nobody: see {@link closeAsMerged}. */
export function markMerged(world: World, pull: PullRequest, merged: Merged): void {
  const { by, method, before, after } = merged;
  markClosed(world, pull, by);
  pull.merge = { at: timestamp(world), byId: by.account.id, method, before, after };
  pull.mergeCommitSha = merged.commit;
}

export async function closeAsMerged(world: World, pull: PullRequest, merged: Merged): Promise<void> {
  markMerged(world, pull, merged);
  await tellPullRequest(world, pull, 'closed', merged.by);
}
