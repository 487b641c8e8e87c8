import type { PullRequest, Repository } from '../model.ts';
import { queueOn } from '../operations/branch-rules.ts';
import { entriesOf } from '../operations/queue-entries.ts';
import type { QueueEntry } from '../queue-model.ts';
import { accountById, type World } from '../world.ts';

/** `repository { mergeQueue(branch: …) }` of GraphQL, with the fields that are asked for here; null without a queue. */
export function presentGraphqlQueue(world: World, repository: Repository, branch: string) {
  if (queueOn(world, repository, branch) === null) return { mergeQueue: null };
  const entries = entriesOf(world, repository, branch);
  const nodes = entries.map((entry) => presentGraphqlEntry(world, entry, entries));
  return { mergeQueue: { entries: { totalCount: entries.length, nodes } } };
}

/** A `MergeQueueEntry`; positions count from one. */
export function presentGraphqlEntry(world: World, entry: QueueEntry, queue: readonly QueueEntry[]) {
  const pull: PullRequest | undefined = world.store.pullRequests.get(entry.pullRequestId);
  const { built } = entry;
  return {
    id: entry.nodeId,
    position: queue.indexOf(entry) + 1,
    state: built === null ? 'QUEUED' : 'AWAITING_CHECKS',
    solo: entry.solo,
    enqueuedAt: entry.enqueuedAt,
    enqueuer: { login: accountById(world, entry.enqueuerId).login },
    baseCommit: built === null ? null : { oid: built.base },
    headCommit: built === null ? null : { oid: built.commit },
    pullRequest: pull === undefined ? null : { number: pull.issue.number, id: pull.nodeId },
  };
}
