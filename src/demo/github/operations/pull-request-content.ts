import { isAncestor, listCommits, mergeBase, type GitCommit } from '../git/commits.ts';
import { listChanges, type FileChange } from '../git/difference.ts';
import { readRef } from '../git/refs.ts';
import type { PullRequest, Repository, Sha } from '../model.ts';
import { pullRequestsOf, repositoryById, type World } from '../world.ts';

/** GitHub lists at most this many commits of a pull request. */
const MOST_COMMITS = 250;
/** GitHub lists at most this many files of a pull request. */
const MOST_FILES = 3000;

/** The tip of the branch a pull request goes into; what it was last known to be where the branch is gone. */
export async function baseTip(world: World, pull: PullRequest): Promise<Sha> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  return (await readRef(git, `refs/heads/${pull.base.ref}`)) ?? pull.base.sha;
}

/** What a pull request is compared with: the base branch, or what that was just before the merge. */
export async function comparedWith(world: World, pull: PullRequest): Promise<Sha> {
  return pull.merge?.before ?? (await baseTip(world, pull));
}

/** The commits of a pull request, oldest first, at most {@link MOST_COMMITS}. */
export async function commitsOf(world: World, pull: PullRequest): Promise<GitCommit[]> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  const range = `${await comparedWith(world, pull)}..${pull.head.sha}`;
  const commits = await listCommits(git, ['--topo-order', '--reverse', range]);
  return commits.slice(0, MOST_COMMITS);
}

/** The files of a pull request: its head compared with the merge base, at most {@link MOST_FILES}. */
export async function changesOf(world: World, pull: PullRequest): Promise<FileChange[]> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  const base = await mergeBase(git, await comparedWith(world, pull), pull.head.sha);
  return (await listChanges(git, base ?? null, pull.head.sha)).slice(0, MOST_FILES);
}

/**
 * Pull requests associated with a commit (REST "List pull requests associated with a commit"): for a commit of the
 * default branch the merged ones that brought it somewhere, else merged and open ones that contain it.
 */
export async function pullRequestsWithCommit(
  world: World,
  repository: Repository,
  sha: Sha,
): Promise<PullRequest[]> {
  const git = world.git(repository);
  const onDefault = await isAncestor(git, sha, `refs/heads/${repository.defaultBranch}`);
  const found: PullRequest[] = [];
  for (const pull of pullRequestsOf(world, repository)) {
    const wanted = onDefault ? pull.merge !== null : pull.merge !== null || pull.issue.state === 'open';
    if (wanted && (await contains(world, pull, sha))) found.push(pull);
  }
  return found;
}

async function contains(world: World, pull: PullRequest, sha: Sha): Promise<boolean> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  if (pull.merge !== null && pull.mergeCommitSha === sha) return true;
  const before = await comparedWith(world, pull);
  if (await isAncestor(git, sha, before)) return false;
  if (await isAncestor(git, sha, pull.head.sha)) return true;
  return pull.merge?.method === 'rebase' && (await isAncestor(git, sha, pull.merge.after));
}
