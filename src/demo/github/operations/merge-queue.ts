import { ApiError, invalid } from '../errors.ts';
import type { Actor, PullRequest, Sha } from '../model.ts';
import type { QueueEntry } from '../queue-model.ts';
import { nodeId, repositoryById, timestamp, type World } from '../world.ts';
import { queueOn } from './branch-rules.ts';
import { mergeObstacles } from './merge-requirements.ts';
import { tellPullRequest } from './pull-request-events.ts';
import { entriesOf, entryOf } from './queue-entries.ts';
import { requireRole, requireUnarchived } from './rights.ts';

/** Why a pull request left a queue, in the words of `pull_request.dequeued`; those that happen here. */
export type RemovalReason =
  | 'UNKNOWN_REMOVAL_REASON'
  | 'MANUAL'
  | 'MERGE'
  | 'MERGE_CONFLICT'
  | 'CI_FAILURE'
  | 'ALREADY_MERGED'
  | 'QUEUE_CLEARED';

/**
 * "Merge when ready": puts a pull request that may be merged at the end of its base branch's queue, or at its front.
 * Throws 422 where there is no queue, it waits there already, or something else stands between it and its merge.
 */
export async function enqueue(
  world: World,
  pull: PullRequest,
  wanted: { readonly head?: Sha | undefined; readonly jump?: boolean | undefined },
  by: Actor,
): Promise<QueueEntry> {
  const repository = repositoryById(world, pull.base.repositoryId);
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  const { ref: branch } = pull.base;
  if (queueOn(world, repository, branch) === null) throw invalid(`${branch} has no merge queue`);
  if (pull.issue.state === 'closed') throw invalid('Pull request is closed');
  if (entryOf(world, pull) !== undefined) throw invalid('Pull request is already in the queue');
  if (wanted.head !== undefined && wanted.head !== pull.head.sha)
    throw invalid('Expected head OID does not match the current head of the pull request.');
  // The queue brings it up to date by itself.
  const obstacle = (await mergeObstacles(world, pull)).find(
    ({ kind }) => kind !== 'queue' && kind !== 'behind',
  );
  if (obstacle !== undefined) throw invalid(obstacle.message);
  const id = world.nextId();
  const entry: QueueEntry = {
    id,
    nodeId: nodeId('MergeQueueEntry', id),
    repositoryId: repository.id,
    branch,
    pullRequestId: pull.id,
    head: pull.head.sha,
    enqueuerId: by.account.id,
    enqueuedAt: timestamp(world),
    solo: false,
    built: null,
  };
  const first = wanted.jump === true ? entriesOf(world, repository, branch)[0] : undefined;
  const { queueEntries } = world.store;
  queueEntries.splice(first === undefined ? queueEntries.length : queueEntries.indexOf(first), 0, entry);
  await tellPullRequest(world, pull, 'enqueued', by);
  return entry;
}

/** Takes a pull request out of its queue. Throws 422 where it is in none. */
export async function dequeue(world: World, pull: PullRequest, by: Actor): Promise<QueueEntry> {
  requireRole(world, repositoryById(world, pull.base.repositoryId), by, 'write');
  const entry = entryOf(world, pull);
  if (entry === undefined) throw new ApiError(422, 'Pull request is not in the queue');
  await removeEntry(world, entry, 'MANUAL', by);
  return entry;
}

/** Takes an entry out of the queue and says why; its group is dealt with by whoever advances the queue. */
export async function removeEntry(
  world: World,
  entry: QueueEntry,
  reason: RemovalReason,
  by: Actor,
): Promise<void> {
  const { queueEntries, pullRequests } = world.store;
  queueEntries.splice(queueEntries.indexOf(entry), 1);
  const pull = pullRequests.get(entry.pullRequestId);
  if (pull !== undefined) await tellPullRequest(world, pull, 'dequeued', by, { reason });
}
