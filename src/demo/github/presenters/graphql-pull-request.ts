import { lookAtMergeability } from '../operations/merge-requirements.ts';
import { pullAssociationOf } from '../operations/rights.ts';
import { readRef } from '../git/refs.ts';
import type { PullRequest, Repository } from '../model.ts';
import { accountById, repositoryById, type World } from '../world.ts';

/** `repository { … pullRequest }` of GraphQL, with the fields that the App asks for. */
export async function presentGraphqlRepository(world: World, repository: Repository, number: number) {
  const pull = [...world.store.pullRequests.values()].find(
    (one) => one.base.repositoryId === repository.id && one.issue.number === number,
  );
  return {
    databaseId: repository.id,
    defaultBranchRef: await ref(world, repository, repository.defaultBranch),
    pullRequest: pull === undefined ? null : await presentPull(world, pull),
  };
}

async function presentPull(world: World, pull: PullRequest) {
  await lookAtMergeability(world, pull);
  const { mergeability, issue, head, base } = pull;
  const isMergeable = mergeability.kind === 'computed' ? mergeability.mergeable : null;
  const author = accountById(world, issue.authorId);
  return {
    id: pull.nodeId,
    number: issue.number,
    title: issue.title,
    state: pull.merge !== null ? 'MERGED' : issue.state.toUpperCase(),
    isDraft: pull.draft,
    mergeable: isMergeable === null ? 'UNKNOWN' : isMergeable ? 'MERGEABLE' : 'CONFLICTING',
    headRefOid: head.sha,
    headRefName: head.ref,
    headRepository: { databaseId: head.repositoryId },
    baseRefName: base.ref,
    baseRef: await ref(world, repositoryById(world, base.repositoryId), base.ref),
    // GraphQL gives a bot's login without what REST puts at its end.
    authorAssociation: pullAssociationOf(world, repositoryById(world, base.repositoryId), issue.authorId),
    author: { login: author.login.replace(/\[bot\]$/, ''), __typename: author.type },
    potentialMergeCommit:
      isMergeable === true && pull.mergeCommitSha !== null ? { oid: pull.mergeCommitSha } : null,
    reviews: { totalCount: reviewsOf(world, pull) },
    labels: { nodes: issue.labels.map((name) => ({ name })) },
  };
}

function reviewsOf(world: World, pull: PullRequest): number {
  return [...world.store.reviews.values()].filter((one) => one.pullRequestId === pull.id).length;
}

async function ref(world: World, repository: Repository, branch: string) {
  const oid = await readRef(world.git(repository), `refs/heads/${branch}`);
  return oid === undefined ? null : { name: branch, target: { oid } };
}
