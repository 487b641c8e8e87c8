import { changesOf, commitsOf } from '../operations/pull-request-content.ts';
import { mergeableState } from '../operations/merge-requirements.ts';
import { associationOf, pullAssociationOf } from '../operations/rights.ts';
import type { PullRequest, PullRequestSide, Review, Team } from '../model.ts';
import { accountById, repositoryById, type World } from '../world.ts';
import { presentAccount, presentAccountById } from './account.ts';
import { presentLabels } from './discussion.ts';
import { repositoryApi, repositoryPage } from './links.ts';
import { presentRepository } from './repository.ts';
import { presentSimpleTeam, presentTeam } from './team.ts';

function presentSide(world: World, side: PullRequestSide) {
  const repository = repositoryById(world, side.repositoryId);
  const owner = accountById(world, repository.ownerId);
  return {
    label: `${owner.login}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: presentAccount(world, owner),
    repo: presentRepository(world, repository),
  };
}

/** The teams that are asked for a review. */
export function teamsAsked(world: World, pull: PullRequest): readonly Team[] {
  return [...pull.requestedTeamIds].flatMap((id) => world.store.teams.get(id) ?? []);
}

/** "Pull Request Simple", as lists carry it. */
export function presentSimplePullRequest(world: World, pull: PullRequest) {
  const { issue } = pull;
  const repository = repositoryById(world, pull.base.repositoryId);
  const api = repositoryApi(world, repository);
  const url = `${api}/pulls/${issue.number}`;
  const page = `${repositoryPage(world, repository)}/pull/${issue.number}`;
  const links = {
    html: page,
    issue: `${api}/issues/${issue.number}`,
    comments: `${api}/issues/${issue.number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${pull.head.sha}`,
  };
  return {
    url,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links.issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    title: issue.title,
    user: presentAccountById(world, issue.authorId),
    body: issue.body,
    labels: presentLabels(world, repository, issue),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merge?.at ?? null,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [...pull.requestedReviewerIds].map((id) => presentAccountById(world, id)),
    requested_teams: teamsAsked(world, pull).map((team) => presentTeam(world, team)),
    head: presentSide(world, pull.head),
    base: presentSide(world, pull.base),
    _links: {
      self: { href: url },
      html: { href: links.html },
      issue: { href: links.issue },
      comments: { href: links.comments },
      review_comments: { href: links.review_comments },
      review_comment: { href: links.review_comment },
      commits: { href: links.commits },
      statuses: { href: links.statuses },
    },
    author_association: pullAssociationOf(world, repository, issue.authorId),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** "Pull Request" in full. `mergeable` is what is known at this moment, which may be null. */
export async function presentPullRequest(world: World, pull: PullRequest) {
  const commits = await commitsOf(world, pull);
  const changes = await changesOf(world, pull);
  const comments = [...world.store.comments.values()].filter(
    (one) => one.repositoryId === pull.base.repositoryId && one.number === pull.issue.number,
  );
  const { mergeability, merge } = pull;
  return {
    ...presentSimplePullRequest(world, pull),
    requested_teams: teamsAsked(world, pull).map((team) => presentSimpleTeam(world, team)),
    merged: merge !== null,
    mergeable: mergeability.kind === 'computed' && merge === null ? mergeability.mergeable : null,
    rebaseable: mergeability.kind === 'computed' && merge === null ? mergeability.mergeable : null,
    mergeable_state: await mergeableState(world, pull),
    merged_by: merge === null ? null : presentAccountById(world, merge.byId),
    comments: comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: changes.reduce((sum, file) => sum + file.additions, 0),
    deletions: changes.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: changes.length,
  };
}

/** "Pull Request Minimal", as checks carry it. */
export function presentMinimalPullRequest(world: World, pull: PullRequest) {
  const side = ({ ref, sha, repositoryId }: PullRequestSide) => {
    const repository = repositoryById(world, repositoryId);
    return {
      ref,
      sha,
      repo: { id: repository.id, url: repositoryApi(world, repository), name: repository.name },
    };
  };
  const repository = repositoryById(world, pull.base.repositoryId);
  return {
    url: `${repositoryApi(world, repository)}/pulls/${pull.issue.number}`,
    id: pull.id,
    number: pull.issue.number,
    head: side(pull.head),
    base: side(pull.base),
  };
}

export function presentReview(world: World, review: Review, pull: PullRequest) {
  const repository = repositoryById(world, pull.base.repositoryId);
  const page = `${repositoryPage(world, repository)}/pull/${pull.issue.number}#pullrequestreview-${review.id}`;
  const pullUrl = `${repositoryApi(world, repository)}/pulls/${pull.issue.number}`;
  return {
    id: review.id,
    node_id: review.nodeId,
    user: presentAccountById(world, review.authorId),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl,
    author_association: associationOf(world, repository, review.authorId),
    _links: { html: { href: page }, pull_request: { href: pullUrl } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  };
}

/** The review as webhooks carry it: the state in lower case, and when it was changed. */
export function presentHookReview(world: World, review: Review, pull: PullRequest) {
  return {
    ...presentReview(world, review, pull),
    body: review.body === '' ? null : review.body,
    state: review.state.toLowerCase(),
    updated_at: review.updatedAt,
  };
}
