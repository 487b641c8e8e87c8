import { readRef } from '../git/refs.ts';
import type { Repository, Sha } from '../model.ts';
import type { MergeGroup, QueueEntry } from '../queue-model.ts';
import type { QueueSettings } from '../ruleset-shape.ts';
import { repositoryById, type World } from '../world.ts';
import { queueOn, requiredChecksOn } from './branch-rules.ts';
import { verdictOf, type Verdict } from './check-lookup.ts';
import { markMerged } from './closing.ts';
import { removeEntry, type RemovalReason } from './merge-queue.ts';
import { tellPullRequest } from './pull-request-events.ts';
import { push } from './push.ts';
import { entriesOf } from './queue-entries.ts';
import { buildGroup, destroyGroup, groupsOf, methodOf, pullOf, queueActor } from './queue-groups.ts';

/**
 * Brings every merge queue as far as it can go: takes out what can no longer be merged, rebuilds groups that no longer
 * stand on the branch, merges what passed, builds what waits. Looked at after every change. There is no clock in it:
 * nothing times out, and a minimum of entries is waited for unless its waiting time is zero.
 */
export async function advanceQueues(world: World): Promise<void> {
  const { queueEntries, mergeGroups } = world.store;
  const queues = new Map(
    [...queueEntries, ...mergeGroups].map(({ repositoryId, branch }) => [
      `${repositoryId}/${branch}`,
      { repository: repositoryById(world, repositoryId), branch },
    ]),
  );
  for (const { repository, branch } of queues.values()) await advance(world, repository, branch);
}

async function advance(world: World, repository: Repository, branch: string): Promise<void> {
  const settings = queueOn(world, repository, branch);
  for (;;) {
    await dropStale(world, repository, branch, settings);
    await dropBroken(world, repository, branch);
    if (settings === null) return;
    const isChanged =
      (await dropFailed(world, repository, branch)) ||
      (await mergePassed(world, repository, branch, settings)) ||
      (await buildNext(world, repository, branch, settings));
    if (!isChanged) return;
  }
}

async function dropStale(
  world: World,
  repository: Repository,
  branch: string,
  settings: QueueSettings | null,
): Promise<void> {
  for (const entry of entriesOf(world, repository, branch)) {
    const reason = settings === null ? 'QUEUE_CLEARED' : staleReason(world, entry);
    if (reason !== null) await removeEntry(world, entry, reason, queueActor(world));
  }
}

function staleReason(world: World, entry: QueueEntry): RemovalReason | null {
  const pull = pullOf(world, entry);
  if (pull.merge !== null) return 'ALREADY_MERGED';
  const isSame = pull.issue.state === 'open' && !pull.draft && pull.head.sha === entry.head;
  return isSame && pull.base.ref === entry.branch ? null : 'UNKNOWN_REMOVAL_REASON';
}

/** A group goes with each of its entries, and with everything that it stands on. */
async function dropBroken(world: World, repository: Repository, branch: string): Promise<void> {
  let below = await tipOf(world, repository, branch);
  const waiting = entriesOf(world, repository, branch);
  let place = 0;
  for (const group of groupsOf(world, repository, branch)) {
    const entries = waiting.slice(place, place + group.entryIds.length);
    const isWhole = group.entryIds.every((id, at) => entries[at]?.id === id);
    if (isWhole && group.base === below) {
      below = group.head;
      place += entries.length;
      continue;
    }
    const isGone = group.entryIds.some((id) => waiting.every((entry) => entry.id !== id));
    await destroyGroup(world, repository, group, isGone ? 'dequeued' : 'invalidated');
    below = undefined;
  }
}

function tipOf(world: World, repository: Repository, branch: string): Promise<Sha | undefined> {
  return readRef(world.git(repository), `refs/heads/${branch}`);
}

/** Which of a failed group's entries is at fault is found by building each of them by itself. */
async function dropFailed(world: World, repository: Repository, branch: string): Promise<boolean> {
  for (const group of groupsOf(world, repository, branch)) {
    if (verdictOn(world, repository, group) !== 'failed') continue;
    const entries = entriesIn(world, group);
    const [only] = entries;
    if (only !== undefined && entries.length === 1) {
      await removeEntry(world, only, 'CI_FAILURE', queueActor(world));
    } else {
      for (const entry of entries) entry.solo = true;
      await destroyGroup(world, repository, group, 'invalidated');
    }
    return true;
  }
  return false;
}

function entriesIn(world: World, { entryIds }: MergeGroup): QueueEntry[] {
  return world.store.queueEntries.filter(({ id }) => entryIds.includes(id));
}

function verdictOn(world: World, repository: Repository, { branch, head }: MergeGroup): Verdict {
  const verdicts = requiredChecksOn(world, repository, branch).map((check) =>
    verdictOf(world, repository, head, check),
  );
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('missing') ? 'missing' : 'passed';
}

/** Moves the branch to the head of the groups that passed, counted from the first. */
async function mergePassed(
  world: World,
  repository: Repository,
  branch: string,
  settings: QueueSettings,
): Promise<boolean> {
  const before = await tipOf(world, repository, branch);
  const passed: MergeGroup[] = [];
  const merged: QueueEntry[] = [];
  for (const group of groupsOf(world, repository, branch)) {
    const entries = entriesIn(world, group);
    const isFull = merged.length > 0 && merged.length + entries.length > settings.max_entries_to_merge;
    if (isFull || verdictOn(world, repository, group) !== 'passed') break;
    passed.push(group);
    merged.push(...entries);
  }
  const after = passed.at(-1)?.head;
  if (after === undefined || before === undefined) return false;
  const by = queueActor(world);
  for (const entry of merged) {
    if (entry.built === null) throw new Error(`The entry ${entry.id} is in a group and was never built`);
    const { base, commit } = entry.built;
    const merge = { by, method: methodOf(settings), before: base, after: commit, commit };
    markMerged(world, pullOf(world, entry), merge);
  }
  await push(world, repository, { ref: `refs/heads/${branch}`, before, after, by, as: 'merge_queue_merge' });
  for (const entry of merged) {
    await removeEntry(world, entry, 'MERGE', by);
    await tellPullRequest(world, pullOf(world, entry), 'closed', by);
  }
  for (const group of passed) await destroyGroup(world, repository, group, 'merged');
  return true;
}

async function buildNext(
  world: World,
  repository: Repository,
  branch: string,
  settings: QueueSettings,
): Promise<boolean> {
  const groups = groupsOf(world, repository, branch);
  const entries = entriesOf(world, repository, branch);
  const built = groups.flatMap(({ entryIds }) => entryIds).length;
  const base = groups.at(-1)?.head ?? (await tipOf(world, repository, branch));
  const next = batchOf(entries.slice(built), settings);
  if (base === undefined || next === null || built + next.length > settings.max_entries_to_build)
    return false;
  const result = await buildGroup(world, repository, next, base, settings);
  if (result.kind === 'conflict') await removeEntry(world, result.entry, 'MERGE_CONFLICT', queueActor(world));
  return true;
}

/** With HEADGREEN several pull requests are checked as one, as soon as there are enough of them. */
function batchOf(
  waiting: readonly QueueEntry[],
  settings: QueueSettings,
): readonly [QueueEntry, ...QueueEntry[]] | null {
  const [first, ...others] = waiting;
  if (first === undefined) return null;
  if (settings.grouping_strategy === 'ALLGREEN' || first.solo) return [first];
  const least = settings.min_entries_to_merge_wait_minutes === 0 ? 1 : settings.min_entries_to_merge;
  const solo = others.findIndex((entry) => entry.solo);
  const together = solo === -1 ? others : others.slice(0, solo);
  if (1 + together.length < least) return null;
  return [first, ...together.slice(0, Math.max(0, settings.max_entries_to_merge - 1))];
}
