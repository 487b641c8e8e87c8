import { lookAtMergeability } from '../operations/merge-requirements.ts';
import { commitsOf } from '../operations/pull-request-content.ts';
import { pullAssociationOf } from '../operations/rights.ts';
import { readRef } from '../git/refs.ts';
import type { Account, PullRequest, Repository } from '../model.ts';
import { accountById, repositoryById, type World } from '../world.ts';

/** `repository { … pullRequest }` of GraphQL, with the fields that the App asks for. */
export async function presentGraphqlRepository(world: World, repository: Repository, number: number) {
  const pull = [...world.store.pullRequests.values()].find(
    (one) => one.base.repositoryId === repository.id && one.issue.number === number,
  );
  return {
    databaseId: repository.id,
    isArchived: repository.archived,
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
    authorAssociation: pullAssociationOf(world, repositoryById(world, base.repositoryId), issue.authorId),
    author: presentAuthor(author),
    potentialMergeCommit:
      isMergeable === true && pull.mergeCommitSha !== null ? { oid: pull.mergeCommitSha } : null,
    reviews: presentReviews(world, pull),
    commits: { totalCount: (await commitsOf(world, pull)).length },
    labels: { nodes: issue.labels.map((name) => ({ name })) },
  };
}

/** GraphQL gives a bot's login without what REST puts at its end. */
function presentAuthor({ login, type }: Account) {
  return { login: login.replace(/\[bot\]$/, ''), __typename: type };
}

/** `reviews(first: 100)`. */
function presentReviews(world: World, pull: PullRequest) {
  const all = [...world.store.reviews.values()].filter((one) => one.pullRequestId === pull.id);
  const nodes = all.slice(0, 100).map((review) => ({
    fullDatabaseId: String(review.id),
    state: review.state,
    submittedAt: review.submittedAt,
    author: presentAuthor(accountById(world, review.authorId)),
    commit: { oid: review.commitId },
  }));
  return { totalCount: all.length, nodes };
}

async function ref(world: World, repository: Repository, branch: string) {
  const oid = await readRef(world.git(repository), `refs/heads/${branch}`);
  return oid === undefined ? null : { name: branch, target: { oid } };
}
