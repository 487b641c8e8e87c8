import type { BranchCommit, PullRequest } from '../../ports/code-host.ts';
import type { Tree } from '../../ports/tree.ts';
import type { Environment } from '../environment.ts';
import { isSameTree } from '../planning/overlay.ts';

/** What one pull request, or one push without any, did to an environment branch's migrations. */
export interface BranchChange {
  /** The last commit of it. */
  readonly commit: string;
  /** The branch's commit before the first of it; null on first sight, where there is none to tell. */
  readonly since: string | null;
  /** Null for a commit that came without a pull request. */
  readonly pullRequest: PullRequest | null;
  /** The folder before it. */
  readonly before: Tree;
  readonly after: Tree;
}

/**
 * The changes on a branch after `from` up to `head`, oldest first, along first parents; commits that leave the
 * migrations folder alone are no changes. A rebased pull request's commits are one. What does not follow on the
 * branch's own line is one change: of the pull request that its tip brought, or of none where the branch was rewritten.
 */
export async function changesBetween(
  { host, settings, policy }: Environment,
  from: string,
  head: string,
): Promise<readonly BranchChange[]> {
  const commits = await host.firstParentCommits(from, head);
  let before = await host.list(from, settings.directory);
  if (commits === null) {
    const after = await host.list(head, settings.directory);
    if (isSameTree(before, after)) return [];
    // A pull request's own head, pushed to the branch after the branch was merged into it, has the branch beside it.
    const isOnward = (await host.mergeBase(from, head)) === from;
    const pullRequest = isOnward ? await landedBy(host, { sha: head }, policy.branch) : null;
    return [{ commit: head, since: from, pullRequest, before, after }];
  }
  const changes: BranchChange[] = [];
  for (const commit of commits) {
    const after = await host.list(commit.sha, settings.directory);
    if (!isSameTree(before, after)) {
      const pullRequest = await landedBy(host, commit, policy.branch);
      append(changes, { commit: commit.sha, since: commit.firstParent, pullRequest, before, after });
    }
    before = after;
  }
  return changes;
}

/** The pull request that brought a commit to the branch; null for a direct push. */
export async function landedBy(
  host: Environment['host'],
  commit: Pick<BranchCommit, 'sha'>,
  branch: string,
): Promise<PullRequest | null> {
  const [pullRequest] = await host.mergedPullRequestsOf(commit.sha, branch);
  return pullRequest ?? null;
}

function append(changes: BranchChange[], change: BranchChange): void {
  const last = changes.at(-1);
  const isSame = last?.pullRequest?.number === change.pullRequest?.number && change.pullRequest !== null;
  if (last !== undefined && isSame) {
    changes[changes.length - 1] = { ...last, commit: change.commit, after: change.after };
  } else {
    changes.push(change);
  }
}
