import type { CodeHost, PullRequest } from '../ports/code-host.ts';
import { isNewcomer } from './association.ts';
import { orNull, withinReach, type Connection } from './connection.ts';
import { openPullRequest } from './open-pull-request.ts';

type PullRequests = Pick<CodeHost, 'pullRequest' | 'openPullRequests' | 'mergedPullRequestsOf'>;

/** Pull requests, each asked for anew: webhooks and lists can be older than what is. */
export function pullRequests(connection: Connection): PullRequests {
  const { octokit, owner, repo, repository } = connection;
  const get = async (number: number): Promise<PullRequest | null> => {
    const open = await openPullRequest(connection, number);
    if (open !== null) return open;
    const found = await withinReach(octokit.rest.pulls.get({ owner, repo, pull_number: number }));
    return found === null
      ? null
      : { ...pullOf(found.data, repository.id), baseCommit: await tip(found.data) };
  };
  return {
    pullRequest: get,
    openPullRequests: async (base) => {
      const listed = await octokit.paginate(octokit.rest.pulls.list, {
        owner,
        repo,
        state: 'open',
        per_page: 100,
        ...(base === undefined ? {} : { base }),
      });
      const tips = new Map<string, string>();
      for (const raw of listed) {
        if (!tips.has(raw.base.ref)) tips.set(raw.base.ref, await tip(raw));
      }
      return listed.map((raw) => ({
        ...pullOf({ ...raw, merged: false, mergeable: null, merged_by: null }, repository.id),
        baseCommit: tips.get(raw.base.ref) ?? raw.base.sha,
        updatedAt: new Date(raw.updated_at),
      }));
    },
    mergedPullRequestsOf: async (commit, base) => {
      const listed = await orNull(
        octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
          owner,
          repo,
          commit_sha: commit,
          per_page: 100,
        }),
        [404, 422],
      );
      const numbers = (listed ?? [])
        .filter((raw) => raw.merged_at !== null && raw.base.ref === base)
        .map(({ number }) => number);
      const found = await Promise.all(numbers.map(get));
      return found.filter((pull) => pull !== null);
    },
  };

  /** `base.sha` of an open pull request can lag behind the branch: the branch itself is asked. */
  async function tip(raw: Pick<Raw, 'base' | 'state'>): Promise<string> {
    if (raw.state !== 'open') return raw.base.sha;
    const found = await orNull(octokit.rest.git.getRef({ owner, repo, ref: `heads/${raw.base.ref}` }));
    return found?.data.object.sha ?? raw.base.sha;
  }
}

interface Raw {
  readonly number: number;
  readonly node_id: string;
  readonly title: string;
  readonly state: string;
  readonly draft?: boolean | undefined;
  readonly merge_commit_sha: string | null;
  readonly mergeable: boolean | null;
  readonly merged: boolean;
  readonly author_association: string;
  readonly user: { readonly login: string; readonly type: string } | null;
  readonly merged_by: { readonly login: string } | null;
  readonly labels: readonly { readonly name: string }[];
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly id: number } | null;
  };
  readonly base: { readonly sha: string; readonly ref: string };
}

function pullOf(raw: Raw, repositoryId: number): PullRequest {
  return {
    number: raw.number,
    nodeId: raw.node_id,
    title: raw.title,
    author: raw.user?.login ?? 'ghost',
    authorIsBot: raw.user?.type === 'Bot',
    authorIsNewcomer: isNewcomer(raw.author_association),
    state: raw.merged ? 'merged' : raw.state === 'open' ? 'open' : 'closed',
    draft: raw.draft ?? false,
    head: raw.head.sha,
    headBranch: raw.head.ref,
    headRepositoryId: raw.head.repo?.id ?? null,
    fromFork: raw.head.repo?.id !== repositoryId,
    base: raw.base.ref,
    baseCommit: raw.base.sha,
    // Of an older head, or of another base, where GitHub has not made the test merge anew or it conflicts.
    mergeCommit: raw.merged || raw.mergeable === true ? raw.merge_commit_sha : null,
    mergeable: raw.mergeable,
    mergedBy: raw.merged_by?.login ?? null,
    labels: raw.labels.map(({ name }) => name),
    reviewCount: null,
  };
}
