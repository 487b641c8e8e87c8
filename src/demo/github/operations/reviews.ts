import { invalid, notFound } from '../errors.ts';
import type { Actor, PullRequest, Review, Sha } from '../model.ts';
import { presentHookReview, presentSimplePullRequest, teamsAsked } from '../presenters/pull-request.ts';
import { presentHookTeam } from '../presenters/team.ts';
import { nodeId, repositoryById, timestamp, type World } from '../world.ts';
import { rulesOn } from './branch-rules.ts';
import { requireRole, requireUnarchived } from './rights.ts';

export type ReviewVerdict = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

/** Reviews a pull request; whoever can read may. Throws 422 for a verdict on one's own, or one without words. */
export function submitReview(
  world: World,
  pull: PullRequest,
  wanted: { event: ReviewVerdict; body: string; commitId?: Sha | undefined },
  by: Actor,
): Review {
  const repository = repositoryById(world, pull.base.repositoryId);
  requireRole(world, repository, by, 'read');
  requireUnarchived(repository);
  const own = by.account.id === pull.issue.authorId;
  if (own && wanted.event === 'APPROVE') throw refused('Can not approve your own pull request');
  if (own && wanted.event === 'REQUEST_CHANGES')
    throw refused('Can not request changes on your own pull request');
  if (wanted.event !== 'APPROVE' && wanted.body === '') throw refused('Body can not be blank');
  const id = world.nextId();
  const review: Review = {
    id,
    nodeId: nodeId('PullRequestReview', id),
    pullRequestId: pull.id,
    authorId: by.account.id,
    body: wanted.body,
    state: STATES[wanted.event],
    commitId: wanted.commitId ?? pull.head.sha,
    submittedAt: timestamp(world),
    updatedAt: timestamp(world),
  };
  world.store.reviews.set(id, review);
  pull.requestedReviewerIds.delete(by.account.id);
  pull.issue.updatedAt = review.submittedAt;
  tell(world, pull, review, 'submitted', by);
  return review;
}

function refused(message: string) {
  return invalid('Unprocessable Entity', [{ message }]);
}

/** The review of that id on that pull request. Throws 404. */
export function reviewById(world: World, pull: PullRequest, id: number): Review {
  const review = world.store.reviews.get(id);
  if (review?.pullRequestId !== pull.id) throw notFound();
  return review;
}

/** Dismisses an approval or a request for changes. Needs write. Throws 422 for a review that is neither. */
export function dismissReview(world: World, pull: PullRequest, review: Review, by: Actor): void {
  requireRole(world, repositoryById(world, pull.base.repositoryId), by, 'write');
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
    throw refused('Can not dismiss a commented pull request review');
  review.state = 'DISMISSED';
  review.updatedAt = timestamp(world);
  pull.issue.updatedAt = review.updatedAt;
  tell(world, pull, review, 'dismissed', by);
}

/** GitHub's own stale dismissal: where protection asks for it, a push drops every approval, whatever it changed. */
export function dismissStaleApprovals(world: World, pull: PullRequest, by: Actor): void {
  const rules = rulesOn(world, repositoryById(world, pull.base.repositoryId), pull.base.ref);
  if (!rules.some(({ requiredReviews }) => requiredReviews?.dismissStale === true)) return;
  for (const review of reviewsOf(world, pull)) {
    if (review.state !== 'APPROVED') continue;
    review.state = 'DISMISSED';
    review.updatedAt = timestamp(world);
    tell(world, pull, review, 'dismissed', by);
  }
}

/** Changes a review's words. Only its author may. */
export function editReview(world: World, pull: PullRequest, review: Review, body: string, by: Actor): void {
  if (review.authorId !== by.account.id) throw notFound();
  const from = review.body;
  review.body = body;
  review.updatedAt = timestamp(world);
  tell(world, pull, review, 'edited', by, { changes: { body: { from } } });
}

function tell(
  world: World,
  pull: PullRequest,
  review: Review,
  action: string,
  by: Actor,
  body: Readonly<Record<string, unknown>> = {},
): void {
  world.emit({
    event: 'pull_request_review',
    action,
    repository: repositoryById(world, pull.base.repositoryId),
    sender: by.account,
    body: {
      review: presentHookReview(world, review, pull),
      pull_request: {
        ...presentSimplePullRequest(world, pull),
        requested_teams: teamsAsked(world, pull).map((team) => presentHookTeam(world, team)),
      },
      ...body,
    },
  });
}

export function reviewsOf(world: World, pull: PullRequest): Review[] {
  return [...world.store.reviews.values()].filter((review) => review.pullRequestId === pull.id);
}
