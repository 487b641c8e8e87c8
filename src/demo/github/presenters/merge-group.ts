import type { GitCommit } from '../git/commits.ts';
import type { MergeGroup } from '../queue-model.ts';

/** A merge group as its webhooks carry it. */
export function presentMergeGroup(group: MergeGroup, head: GitCommit) {
  return {
    head_sha: group.head,
    head_ref: group.ref,
    base_sha: group.base,
    base_ref: `refs/heads/${group.branch}`,
    head_commit: {
      id: head.sha,
      tree_id: head.tree,
      message: head.message,
      timestamp: head.committer.date,
      author: { name: head.author.name, email: head.author.email },
      committer: { name: head.committer.name, email: head.committer.email },
    },
  };
}
