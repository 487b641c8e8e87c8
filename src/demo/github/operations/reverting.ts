import { ApiError } from '../errors.ts';
import { readRef, ZERO_SHA } from '../git/refs.ts';
import { revertTree } from '../git/merge.ts';
import { writeCommit } from '../git/commits.ts';
import type { Actor, PullRequest } from '../model.ts';
import { fullName, repositoryById, timestamp, type World } from '../world.ts';
import { signNow } from './committing.ts';
import { baseTip } from './pull-request-content.ts';
import { openPullRequest } from './pull-requests.ts';
import { push } from './push.ts';
import { requireRole } from './rights.ts';
import { WEB_FLOW } from './signatures.ts';

export interface RevertRequest {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly draft?: boolean | undefined;
}

/**
 * Opens the pull request that takes a merged one back, from a branch `revert-N-<branch>`.
 * Throws where it is not merged, or the base has since changed what it would take back.
 */
export async function revertPullRequest(
  world: World,
  pull: PullRequest,
  request: RevertRequest,
  by: Actor,
): Promise<PullRequest> {
  const repository = repositoryById(world, pull.base.repositoryId);
  requireRole(world, repository, by, 'write');
  const { merge, issue } = pull;
  if (merge === null) throw new ApiError(422, 'Pull request is not merged and cannot be reverted.');
  const git = world.git(repository);
  const onto = await baseTip(world, pull);
  const tree = await revertTree(git, onto, merge.before, merge.after);
  if (tree === undefined)
    throw new ApiError(
      422,
      'Sorry, this pull request couldn’t be reverted automatically. It may have already been reverted, or the content may have changed since it was merged.',
    );
  const title = request.title ?? `Revert "${issue.title}"`;
  const words = `Reverts ${fullName(world, repository)}#${issue.number}`;
  const author = signNow(world, by.account);
  const committer = { ...WEB_FLOW, date: timestamp(world) };
  const message = `Revert "${issue.title} (#${issue.number})"\n\nThis reverts commit ${merge.after}.`;
  const commit = await writeCommit(git, { tree, parents: [onto], author, committer, message });
  const branch = await freeBranch(world, pull);
  await push(world, repository, { ref: `refs/heads/${branch}`, before: ZERO_SHA, after: commit, by });
  const wanted = {
    title,
    body: request.body ?? words,
    head: branch,
    base: pull.base.ref,
    draft: request.draft ?? false,
  };
  return openPullRequest(world, repository, wanted, by);
}

async function freeBranch(world: World, pull: PullRequest): Promise<string> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  const wanted = `revert-${pull.issue.number}-${pull.head.ref}`;
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? wanted : `${wanted}-${count}`;
    if ((await readRef(git, `refs/heads/${name}`)) === undefined) return name;
  }
}
