import { z } from 'zod';
import type { CodeHost, FileChange } from '../ports/code-host.ts';
import { orNull, statusOf, type Connection } from './connection.ts';

const revertMutation = `mutation ($input: RevertPullRequestInput!) {
  revertPullRequest(input: $input) {
    revertPullRequest { number }
  }
}`;

const reverted = z.object({
  revertPullRequest: z.object({ revertPullRequest: z.object({ number: z.number() }) }),
});

const refused = z.object({
  name: z.literal('GraphqlResponseError'),
  errors: z.array(z.object({ type: z.string().optional() }).refine(({ type }) => type !== 'RATE_LIMITED')),
});

type Reverts = Pick<CodeHost, 'revertPullRequest' | 'updateBranch' | 'changeFiles' | 'proposeCommit'>;

/** Pull requests that the App opens itself. */
export function reverts({ octokit, owner, repo }: Connection): Reverts {
  return {
    revertPullRequest: async ({ nodeId }, title, body) => {
      try {
        const answer = await octokit.graphql(revertMutation, {
          input: { pullRequestId: nodeId, title, body },
        });
        return reverted.parse(answer).revertPullRequest.revertPullRequest.number;
      } catch (error) {
        // GraphQL answers 200 with errors where the revert conflicts or touches workflows; an outage has a status.
        if (refused.safeParse(error).success) return null;
        throw error;
      }
    },
    updateBranch: async ({ number, head }) => {
      try {
        await octokit.rest.pulls.updateBranch({ owner, repo, pull_number: number, expected_head_sha: head });
      } catch (error) {
        if (statusOf(error) !== 422 && !isAboutWorkflows(error)) throw error;
      }
    },
    changeFiles: async (base, branch, files, title, body) => {
      const ref = `heads/${branch}`;
      const { data: tip } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${base}` });
      const { data: parent } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: tip.object.sha });
      const { data: tree } = await octokit.rest.git.createTree({
        owner,
        repo,
        base_tree: parent.tree.sha,
        tree: Object.entries(files).map(([path, change]) => ({
          path,
          mode: '100644',
          type: 'blob',
          ...contentOf(change),
        })),
      });
      if (!(await isSo(ref, tree.sha, tip.object.sha))) {
        const { data: commit } = await octokit.rest.git.createCommit({
          owner,
          repo,
          message: title,
          tree: tree.sha,
          parents: [tip.object.sha],
        });
        await pointBranch(ref, commit.sha);
      }
      return propose(base, branch, title, body);
    },
    proposeCommit: async (base, branch, commit, title, body) => {
      await pointBranch(`heads/${branch}`, commit);
      return propose(base, branch, title, body);
    },
  };

  /** The one pull request from a branch into another, as it is to be. */
  async function propose(base: string, branch: string, title: string, body: string): Promise<number> {
    const { data: open } = await octokit.rest.pulls.list({
      owner,
      repo,
      state: 'open',
      base,
      head: `${owner}:${branch}`,
    });
    const [standing] = open;
    if (standing === undefined) {
      const { data: pull } = await octokit.rest.pulls.create({
        owner,
        repo,
        base,
        head: branch,
        title,
        body,
      });
      return pull.number;
    }
    if (standing.title !== title || standing.body !== body) {
      await octokit.rest.pulls.update({ owner, repo, pull_number: standing.number, title, body });
    }
    return standing.number;
  }

  /** Whether a branch is that tree on that commit already: another commit of the same would be a needless push. */
  async function isSo(ref: string, tree: string, parent: string): Promise<boolean> {
    const found = await orNull(octokit.rest.git.getRef({ owner, repo, ref }), [404, 409]);
    if (found === null) return false;
    const { data } = await octokit.rest.git.getCommit({
      owner,
      repo,
      commit_sha: found.data.object.sha,
    });
    return data.tree.sha === tree && data.parents.length === 1 && data.parents[0]?.sha === parent;
  }

  /** The branch is the App's own: an earlier attempt's is moved. */
  async function pointBranch(ref: string, sha: string): Promise<void> {
    try {
      await octokit.rest.git.createRef({ owner, repo, ref: `refs/${ref}`, sha });
    } catch (error) {
      if (statusOf(error) !== 422) throw error;
      await octokit.rest.git.updateRef({ owner, repo, ref, sha, force: true });
    }
  }
}

/** GitHub lets no App without a permission of its own bring what changed in a workflow to a branch. */
function isAboutWorkflows(error: unknown): boolean {
  return error instanceof Error && /without `?workflows`? permission/.test(error.message);
}

function contentOf(change: FileChange): { readonly sha: string | null } | { readonly content: string } {
  if (change === null) return { sha: null };
  return typeof change === 'string' ? { content: change } : { sha: change.blob };
}
