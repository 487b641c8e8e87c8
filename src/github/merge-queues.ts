import { z } from 'zod';
import { partsOfQueueBranch } from '../domain/merge-group.ts';
import type { CodeHost, QueuedCommits } from '../ports/code-host.ts';
import type { Connection } from './connection.ts';

const query = `query ($owner: String!, $repo: String!, $branch: String!) {
  repository(owner: $owner, name: $repo) {
    mergeQueue(branch: $branch) {
      entries(first: 100) {
        nodes { baseCommit { oid } headCommit { oid } pullRequest { number } enqueuer { login } }
      }
    }
  }
}`;

const commit = z.object({ oid: z.string() }).nullable();
const answer = z.object({
  repository: z
    .object({
      mergeQueue: z
        .object({
          entries: z.object({
            nodes: z.array(
              z.object({
                baseCommit: commit,
                headCommit: commit,
                pullRequest: z.object({ number: z.int() }).nullable(),
                enqueuer: z.object({ login: z.string() }).nullable(),
              }),
            ),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

/** Merge queues: their groups by their branches, and what GraphQL tells of their entries. */
export function mergeQueues(connection: Connection): Pick<CodeHost, 'mergeGroups' | 'queuedCommits'> {
  const { octokit, owner, repo } = connection;
  return {
    mergeGroups: async () => {
      const ref = 'heads/gh-readonly-queue/';
      const refs = await octokit.paginate(octokit.rest.git.listMatchingRefs, { owner, repo, ref });
      return refs.flatMap(({ ref: full, object }) => {
        const branch = full.replace(/^refs\/heads\//, '');
        const parts = partsOfQueueBranch(branch);
        if (parts === null) return [];
        return [{ base: parts.base, branch, baseCommit: parts.baseCommit, head: object.sha }];
      });
    },
    queuedCommits: async (branch) => {
      const raw = await ask(connection, branch);
      const nodes = answer.parse(raw).repository?.mergeQueue?.entries.nodes ?? [];
      return nodes.flatMap(({ baseCommit, headCommit, pullRequest, enqueuer }): readonly QueuedCommits[] =>
        baseCommit === null || headCommit === null || pullRequest === null
          ? []
          : [
              {
                pullRequest: pullRequest.number,
                base: baseCommit.oid,
                head: headCommit.oid,
                enqueuer: enqueuer?.login ?? null,
              },
            ],
      );
    },
  };
}

/** A server without this part of GraphQL, or an App without the permission, is told by `errors` in the answer. */
async function ask({ octokit, owner, repo }: Connection, branch: string): Promise<unknown> {
  try {
    return await octokit.graphql(query, { owner, repo, branch });
  } catch (error) {
    if (error instanceof Error && 'errors' in error) return { repository: null };
    throw error;
  }
}
