import { readCommit } from '../git/commits.ts';
import { readRef, ZERO_SHA } from '../git/refs.ts';
import type { Actor, MergeMethod, PullRequest, Repository, Sha } from '../model.ts';
import { presentMergeGroup } from '../presenters/merge-group.ts';
import type { MergeGroup, QueueEntry } from '../queue-model.ts';
import type { QueueSettings } from '../ruleset-shape.ts';
import { accountById, accountByLogin, type World } from '../world.ts';
import { createAccount } from './accounts.ts';
import { mergedCommit } from './merging.ts';
import { push } from './push.ts';

const METHODS: Readonly<Record<QueueSettings['merge_method'], MergeMethod>> = {
  MERGE: 'merge',
  SQUASH: 'squash',
  REBASE: 'rebase',
};

/** How the queue merges. */
export function methodOf(settings: QueueSettings): MergeMethod {
  return METHODS[settings.merge_method];
}

/** The account that acts for merge queues, made when it is first needed. */
export function queueActor(world: World): Actor {
  const login = 'github-merge-queue[bot]';
  return { account: accountByLogin(world, login) ?? createAccount(world, 'Bot', login), app: null };
}

export function groupsOf(world: World, repository: Repository, branch: string): MergeGroup[] {
  return world.store.mergeGroups.filter(
    (group) => group.repositoryId === repository.id && group.branch === branch,
  );
}

/** The pull request of an entry. */
export function pullOf(world: World, entry: QueueEntry): PullRequest {
  const pull = world.store.pullRequests.get(entry.pullRequestId);
  if (pull === undefined) throw new Error(`No pull request has the id ${entry.pullRequestId}`);
  return pull;
}

/** A group, or the entry that conflicts with what stands before it. */
export type Built =
  | { readonly kind: 'group'; readonly group: MergeGroup }
  | { readonly kind: 'conflict'; readonly entry: QueueEntry };

/** Merges the entries one after the other onto `base`, on a branch of their own, and asks for the checks of its head. */
export async function buildGroup(
  world: World,
  repository: Repository,
  entries: readonly [QueueEntry, ...QueueEntry[]],
  base: Sha,
  settings: QueueSettings,
): Promise<Built> {
  const method = methodOf(settings);
  const later = afterLastGroup(world);
  let head = base;
  const commits: { readonly entry: QueueEntry; readonly base: Sha; readonly commit: Sha }[] = [];
  for (const entry of entries) {
    const enqueuer = { account: accountById(world, entry.enqueuerId), app: null };
    // A rebased commit that kept its committer too would be the very commit that the pull request has.
    const by = method === 'rebase' ? queueActor(world) : enqueuer;
    const commit = await mergedCommit(later, pullOf(world, entry), head, { method }, by);
    if (commit === undefined || commit === head) return { kind: 'conflict', entry };
    commits.push({ entry, base: head, commit });
    head = commit;
  }
  for (const { entry, ...built } of commits) entry.built = built;
  const [first] = entries;
  const last = entries.at(-1) ?? first;
  const ref = `refs/heads/gh-readonly-queue/${first.branch}/pr-${pullOf(world, last).issue.number}-${base}`;
  const group: MergeGroup = {
    id: world.nextId(),
    repositoryId: repository.id,
    branch: first.branch,
    ref,
    base,
    head,
    entryIds: entries.map(({ id }) => id),
  };
  world.store.mergeGroups.push(group);
  const before = (await readRef(world.git(repository), ref)) ?? ZERO_SHA;
  await push(world, repository, { ref, before, after: head, by: queueActor(world) });
  await tell(world, repository, group, 'checks_requested');
  return { kind: 'group', group };
}

/**
 * The world in a second that no group was built in: else the group that is built again at once would have the very
 * commits of the one that failed, and their checks with them.
 */
function afterLastGroup(world: World): World {
  const at = new Date(Math.max(world.now().getTime(), world.store.lastGroupAt + 1000));
  world.store.lastGroupAt = at.getTime();
  return { ...world, now: () => at };
}

/** Why a group is no more, in GitHub's words. */
export type DestroyReason = 'merged' | 'invalidated' | 'dequeued';

/** Removes a group and its branch. Its entries, where they stay in the queue, wait to be built again. */
export async function destroyGroup(
  world: World,
  repository: Repository,
  group: MergeGroup,
  reason: DestroyReason,
): Promise<void> {
  const { mergeGroups, queueEntries } = world.store;
  mergeGroups.splice(mergeGroups.indexOf(group), 1);
  for (const entry of queueEntries) if (group.entryIds.includes(entry.id)) entry.built = null;
  await tell(world, repository, group, 'destroyed', { reason });
  const { ref, head } = group;
  await push(world, repository, { ref, before: head, after: ZERO_SHA, by: queueActor(world) });
}

async function tell(
  world: World,
  repository: Repository,
  group: MergeGroup,
  action: 'checks_requested' | 'destroyed',
  body: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const head = await readCommit(world.git(repository), group.head);
  world.emit({
    event: 'merge_group',
    action,
    repository,
    sender: queueActor(world).account,
    body: { ...body, merge_group: presentMergeGroup(group, head) },
  });
}
