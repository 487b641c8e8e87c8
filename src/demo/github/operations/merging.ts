import { ApiError, invalid } from '../errors.ts';
import { isAncestor, writeCommit } from '../git/commits.ts';
import { commitMerge, mergeTree, rebase } from '../git/merge.ts';
import { readRef } from '../git/refs.ts';
import { fetchCommit } from '../git/repository.ts';
import type { Actor, MergeMethod, PullRequest, Repository, Sha } from '../model.ts';
import { accountById, repositoryById, timestamp, type World } from '../world.ts';
import { markMerged } from './closing.ts';
import { signNow } from './committing.ts';
import { mayPass, rulesOn } from './branch-rules.ts';
import { mayMergePast, mergeObstacles, type Obstacle } from './merge-requirements.ts';
import { tellPullRequest } from './pull-request-events.ts';
import { baseTip, commitsOf } from './pull-request-content.ts';
import { push } from './push.ts';
import { requireNotQueued } from './queue-entries.ts';
import { RULE_VIOLATIONS } from './references.ts';
import { requireRole, requireUnarchived } from './rights.ts';
import { emailOf, WEB_FLOW } from './signatures.ts';

export interface MergeRequest {
  readonly method: MergeMethod;
  /** The head that the caller saw; anything else there is a 409. */
  readonly sha?: Sha | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * Merges a pull request. Throws 405 where it may not be merged (an administrator passes over protection where it
 * does not bind them, as the API allows on GitHub), 409 where the head is not the one asked for.
 */
export async function mergePullRequest(
  world: World,
  pull: PullRequest,
  request: MergeRequest,
  by: Actor,
): Promise<Sha> {
  const repository = repositoryById(world, pull.base.repositoryId);
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  await requireMergeable(world, pull, request, by);
  const before = await baseTip(world, pull);
  const commit = await mergedCommit(world, pull, before, request, by);
  if (commit === undefined) throw new ApiError(405, 'Pull Request is not mergeable');
  markMerged(world, pull, { by, method: request.method, before, after: commit, commit });
  const ref = `refs/heads/${pull.base.ref}`;
  await push(world, repository, { ref, before, after: commit, by, as: 'pr_merge' });
  await tellPullRequest(world, pull, 'closed', by);
  return commit;
}

async function requireMergeable(
  world: World,
  pull: PullRequest,
  request: MergeRequest,
  by: Actor,
): Promise<void> {
  const repository = repositoryById(world, pull.base.repositoryId);
  if (pull.issue.state === 'closed') throw new ApiError(405, 'Pull Request is not mergeable');
  if (!repository.mergeMethods.has(request.method))
    throw new ApiError(405, `${request.method} merges are not allowed on this repository.`);
  if (request.sha !== undefined && request.sha !== pull.head.sha)
    throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
  requireAllowedMethod(world, repository, pull, request.method, by);
  const obstacle = (await mergeObstacles(world, pull)).find((one) => !mayMergePast(world, pull, one, by));
  if (obstacle !== undefined) throw new ApiError(405, refusalOf(obstacle));
}

function requireAllowedMethod(
  world: World,
  repository: Repository,
  pull: PullRequest,
  method: MergeMethod,
  by: Actor,
): void {
  for (const rules of rulesOn(world, repository, pull.base.ref)) {
    const isAllowed = rules.mergeMethods?.includes(method) ?? true;
    if (!isAllowed && !mayPass(world, repository, rules, by, 'merge'))
      throw new ApiError(405, `${method} merges are not allowed by the rules of ${pull.base.ref}.`);
  }
}

function refusalOf({ message, rules }: Obstacle): string {
  return rules?.source.kind === 'ruleset' ? `${RULE_VIOLATIONS}\n\n${message}` : message;
}

/** The commit that would land a pull request on `base`; undefined where it conflicts. */
export async function mergedCommit(
  world: World,
  pull: PullRequest,
  base: Sha,
  request: MergeRequest,
  by: Actor,
): Promise<Sha | undefined> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  const committer = { ...WEB_FLOW, date: timestamp(world) };
  switch (request.method) {
    case 'merge': {
      const author = signNow(world, by.account);
      const message = mergeMessage(world, pull, request);
      return commitMerge(git, { ours: base, theirs: pull.head.sha, author, committer, message });
    }
    case 'squash': {
      const tree = await mergeTree(git, base, pull.head.sha);
      if (tree === undefined) return undefined;
      const author = signNow(world, accountById(world, pull.issue.authorId));
      const message = await squashMessage(world, pull, request);
      return writeCommit(git, { tree, parents: [base], author, committer, message });
    }
    case 'rebase':
      return rebase(git, base, pull.head.sha, signNow(world, by.account));
  }
}

function mergeMessage(world: World, pull: PullRequest, request: MergeRequest): string {
  const owner = accountById(world, repositoryById(world, pull.head.repositoryId).ownerId).login;
  const title = request.title ?? `Merge pull request #${pull.issue.number} from ${owner}/${pull.head.ref}`;
  return `${title}\n\n${request.message ?? pull.issue.title}`;
}

async function squashMessage(world: World, pull: PullRequest, request: MergeRequest): Promise<string> {
  const commits = await commitsOf(world, pull);
  const title = request.title ?? `${pull.issue.title} (#${pull.issue.number})`;
  const listed = commits.length === 1 ? '' : commits.map(({ message }) => `* ${message}`).join('\n\n');
  const own = emailOf(accountById(world, pull.issue.authorId));
  const others = new Map(commits.map(({ author }) => [author.email, author.name]));
  others.delete(own);
  const trailers = [...others].map(([email, name]) => `Co-authored-by: ${name} <${email}>`).join('\n');
  return [title, request.message ?? listed, trailers].filter((part) => part !== '').join('\n\n');
}

/** "Update branch": merges the base into the head. Throws 422 where the head moved, is up to date, or conflicts. */
export async function updateBranch(
  world: World,
  pull: PullRequest,
  expectedHead: Sha | undefined,
  by: Actor,
): Promise<Sha> {
  const source = repositoryById(world, pull.head.repositoryId);
  requireRole(world, source, by, 'write');
  if (expectedHead !== undefined && expectedHead !== pull.head.sha)
    throw invalid('expected head sha didn’t match current head ref.');
  const base = repositoryById(world, pull.base.repositoryId);
  const git = world.git(source);
  const tip = await baseTip(world, pull);
  if (source.id !== base.id) await fetchCommit(world.git(base), git, pull.base.ref, 'refs/upstream/base');
  const head = await readRef(git, `refs/heads/${pull.head.ref}`);
  if (head === undefined || pull.issue.state === 'closed') throw invalid('The head branch is gone.');
  requireNotQueued(world, source, pull.head.ref);
  if (await isAncestor(git, tip, head)) throw invalid('There are no new commits on the base branch.');
  const message = `Merge branch '${pull.base.ref}' into ${pull.head.ref}`;
  const committer = { ...WEB_FLOW, date: timestamp(world) };
  const author = signNow(world, by.account);
  const merged = await commitMerge(git, { ours: head, theirs: tip, author, committer, message });
  if (merged === undefined) throw invalid('merge conflict between base and head');
  await push(world, source, { ref: `refs/heads/${pull.head.ref}`, before: head, after: merged, by });
  return merged;
}
