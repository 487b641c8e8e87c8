import { isAncestor } from '../git/commits.ts';
import { commitMerge, mergeTree } from '../git/merge.ts';
import { removeRef, writeRef } from '../git/refs.ts';
import type { Actor, PullRequest, Repository, Review, Sha } from '../model.ts';
import { accountById, repositoryById, timestamp, type World } from '../world.ts';
import { mayPass, rulesOn, type BranchRules } from './branch-rules.ts';
import { checkRunsOf, latestRuns, latestStatuses, verdictOf } from './check-lookup.ts';
import { baseTip } from './pull-request-content.ts';
import { hasRole } from './rights.ts';
import { signatureOf, WEB_FLOW } from './signatures.ts';

/** Makes the test merge where it is not made yet, and points `refs/pull/N/merge` at it. */
async function computeMergeability(world: World, pull: PullRequest): Promise<boolean> {
  const base = await baseTip(world, pull);
  const known = pull.mergeability;
  if (known.kind === 'computed' && known.head === pull.head.sha && known.base === base)
    return known.mergeable;
  const commit = await testMerge(world, pull, base);
  pull.mergeability = { kind: 'computed', mergeable: commit !== undefined, head: pull.head.sha, base };
  pull.mergeCommitSha = commit ?? pull.mergeCommitSha;
  return commit !== undefined;
}

async function testMerge(world: World, pull: PullRequest, base: Sha): Promise<Sha | undefined> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  const author = signatureOf(accountById(world, pull.issue.authorId), timestamp(world));
  const message = `Merge ${pull.head.sha} into ${base}`;
  const committer = { ...WEB_FLOW, date: timestamp(world) };
  const commit = await commitMerge(git, { ours: base, theirs: pull.head.sha, author, committer, message });
  const ref = `refs/pull/${pull.issue.number}/merge`;
  if (commit === undefined) await removeRef(git, ref);
  else await writeRef(git, ref, commit);
  return commit;
}

/**
 * What is known of the mergeability is answered; what is not is null now, and there at the next look. A merged pull
 * request keeps the commit that it was merged by.
 */
export async function lookAtMergeability(world: World, pull: PullRequest): Promise<void> {
  if (pull.merge !== null || (await isMergeabilityKnown(world, pull))) return;
  const asked = `${pull.head.sha}:${await baseTip(world, pull)}`;
  if (pull.mergeability.kind === 'asked' && pull.mergeability.for === asked)
    await computeMergeability(world, pull);
  else pull.mergeability = { kind: 'asked', for: asked };
}

/** Whether what is known about a pull request's mergeability is about its present head and base. */
async function isMergeabilityKnown(world: World, pull: PullRequest): Promise<boolean> {
  const known = pull.mergeability;
  if (known.kind !== 'computed') return false;
  return known.head === pull.head.sha && known.base === (await baseTip(world, pull));
}

/** What stands between a pull request and its merge, in GitHub's words. */
export interface Obstacle {
  readonly kind: 'draft' | 'conflict' | 'check' | 'review' | 'behind' | 'queue';
  readonly message: string;
  /** The rules that it comes from; null for what nobody may pass by. */
  readonly rules: BranchRules | null;
}

/** Everything that keeps a pull request from being merged, whoever asks; empty where it may be. */
export async function mergeObstacles(world: World, pull: PullRequest): Promise<Obstacle[]> {
  const repository = repositoryById(world, pull.base.repositoryId);
  const obstacles: Obstacle[] = [];
  if (pull.draft) obstacles.push({ kind: 'draft', message: 'Pull Request is still a draft', rules: null });
  const git = world.git(repository);
  const tip = await baseTip(world, pull);
  if ((await mergeTree(git, tip, pull.head.sha)) === undefined)
    obstacles.push({ kind: 'conflict', message: 'Pull Request is not mergeable', rules: null });
  for (const rules of rulesOn(world, repository, pull.base.ref)) {
    if (rules.requiredChecks?.strict === true && !(await isAncestor(git, tip, pull.head.sha)))
      obstacles.push({
        kind: 'behind',
        message: 'Head branch is out of date. Review and try the merge again.',
        rules,
      });
    obstacles.push(...checkObstacles(world, repository, rules, pull.head.sha));
    obstacles.push(...reviewObstacles(world, pull, repository, rules));
    if (rules.queue !== null)
      obstacles.push({ kind: 'queue', message: 'Changes must be made through the merge queue', rules });
  }
  return obstacles;
}

function checkObstacles(world: World, repository: Repository, rules: BranchRules, sha: Sha): Obstacle[] {
  const obstacles: Obstacle[] = [];
  for (const check of rules.requiredChecks?.checks ?? []) {
    const verdict = verdictOf(world, repository, sha, check);
    if (verdict === 'passed') continue;
    const what = verdict === 'failed' ? 'is failing' : 'is expected';
    obstacles.push({ kind: 'check', message: `Required status check "${check.context}" ${what}.`, rules });
  }
  return obstacles;
}

/** The last review of each person that approves, or asks for changes. */
export function decidingReviews(world: World, pull: PullRequest): Review[] {
  const latest = new Map<number, Review>();
  for (const review of world.store.reviews.values())
    if (review.pullRequestId === pull.id && review.state !== 'COMMENTED') latest.set(review.authorId, review);
  return [...latest.values()].filter((review) => review.state !== 'DISMISSED');
}

function reviewObstacles(
  world: World,
  pull: PullRequest,
  repository: Repository,
  rules: BranchRules,
): Obstacle[] {
  if (rules.requiredReviews === null) return [];
  const counting = decidingReviews(world, pull).filter((review) =>
    hasRole(world, repository, accountById(world, review.authorId), 'write'),
  );
  if (counting.some((review) => review.state === 'CHANGES_REQUESTED'))
    return [{ kind: 'review', message: 'Changes have been requested.', rules }];
  const { count } = rules.requiredReviews;
  if (counting.length >= count) return [];
  const reviews = count === 1 ? 'review is' : 'reviews are';
  const message = `At least ${count} approving ${reviews} required by reviewers with write access.`;
  return [{ kind: 'review', message, rules }];
}

/** Whether somebody may merge past an obstacle. */
export function mayMergePast(world: World, pull: PullRequest, { rules }: Obstacle, by: Actor): boolean {
  const repository = repositoryById(world, pull.base.repositoryId);
  return rules !== null && mayPass(world, repository, rules, by, 'merge');
}

/** `mergeable_state` of the pull request API. */
export async function mergeableState(world: World, pull: PullRequest): Promise<string> {
  if (pull.issue.state === 'closed' || !(await isMergeabilityKnown(world, pull))) return 'unknown';
  const kinds = new Set((await mergeObstacles(world, pull)).map((obstacle) => obstacle.kind));
  if (kinds.has('conflict')) return 'dirty';
  if (kinds.has('draft')) return 'draft';
  if (kinds.has('check') || kinds.has('review')) return 'blocked';
  if (kinds.has('behind')) return 'behind';
  return isUnstable(world, pull) ? 'unstable' : 'clean';
}

function isUnstable(world: World, pull: PullRequest): boolean {
  const repository = repositoryById(world, pull.base.repositoryId);
  const runs = latestRuns(checkRunsOf(world, repository, pull.head.sha));
  const statuses = latestStatuses(world, repository, pull.head.sha);
  const fine = ['success', 'neutral', 'skipped'];
  return (
    runs.some((run) => run.status !== 'completed' || !fine.includes(run.conclusion ?? '')) ||
    statuses.some((status) => status.state !== 'success')
  );
}
