import { invalid } from '../errors.ts';
import type { PullRequest, Repository } from '../model.ts';
import type { QueueEntry } from '../queue-model.ts';
import type { World } from '../world.ts';

/** The entries of a branch's merge queue, in its order. */
export function entriesOf(world: World, repository: Repository, branch: string): QueueEntry[] {
  return world.store.queueEntries.filter(
    (entry) => entry.repositoryId === repository.id && entry.branch === branch,
  );
}

export function entryOf(world: World, pull: PullRequest): QueueEntry | undefined {
  return world.store.queueEntries.find(({ pullRequestId }) => pullRequestId === pull.id);
}

/** Throws 422 where a pull request from that branch waits in a merge queue: GitHub lets nobody push to it then. */
export function requireNotQueued(world: World, repository: Repository, branch: string): void {
  const queued = world.store.queueEntries.some(({ pullRequestId }) => {
    const head = world.store.pullRequests.get(pullRequestId)?.head;
    return head?.repositoryId === repository.id && head.ref === branch;
  });
  if (queued)
    throw invalid(
      `A pull request for ${branch} has been added to a merge queue. Branches that are queued for merging cannot be ` +
        'updated. To modify this branch, dequeue the associated pull request.',
    );
}
