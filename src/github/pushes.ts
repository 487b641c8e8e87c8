import type { CodeHost } from '../ports/code-host.ts';
import { withinReach, type Connection } from './connection.ts';

/** What brings commits to a branch, in GitHub's words; of all of these its webhook tells as a push. */
const kinds = new Set(['push', 'force_push', 'branch_creation', 'pr_merge', 'merge_queue_merge']);

/** Pushes as GitHub lists them (REST, "List repository activities"); none where the App may not see the list. */
export function pushes({ octokit, owner, repo }: Connection): Pick<CodeHost, 'pushes'> {
  return {
    pushes: async (branch) => {
      const ref = `refs/heads/${branch}`;
      const listed = await withinReach(
        octokit.rest.repos.listActivities({ owner, repo, ref, per_page: 100 }),
      );
      return (listed?.data ?? []).flatMap(({ before, after, actor, activity_type: kind }) =>
        kinds.has(kind) && actor !== null
          ? [{ before: /^0+$/.test(before) ? null : before, head: after, login: actor.login }]
          : [],
      );
    },
  };
}
