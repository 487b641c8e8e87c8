import type { Review } from '../../domain/gate.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { worstOf } from '../../domain/traits.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { planWhenWritten, type PlannedKey } from '../planning/plan-when-written.ts';
import type { Tools } from '../tools.ts';

/**
 * A review is of the plan that stood when it was given. A later plan of the same head, made after the base
 * branch was changed or for other reasons, is another one, unless its digest is the same. What a review was of when
 * it was heard of first stays: GitHub's time of it is too coarse to say so again after a plan of the same second.
 */
export async function reviewsWithPlans(
  host: CodeHost,
  tools: Pick<Tools, 'records'>,
  key: PlannedKey,
  { number, reviews: known }: PullRequest,
): Promise<readonly Review[]> {
  const [reviews, seen] = await Promise.all([
    known ?? host.reviews(number),
    tools.records.seenReviews(key, number, key.beside),
  ]);
  return Promise.all(
    reviews.map(async (review) => {
      if (review.commit === null) return review;
      const heard = seen.get(review.id);
      if (heard !== undefined) return { ...review, ...heard };
      const at = { number, head: review.commit };
      const made = await planWhenWritten(tools, key, at, review.submittedAt);
      return {
        ...review,
        digest: made?.plan.digest ?? null,
        severity: worstOf(made?.plan ?? { hazards: [] }),
      };
    }),
  );
}

/** Keeps which plan each review was of. One of a commit whose plan is not known, or by `/confirm`, is left alone. */
export async function noteReviewedPlans(
  { records }: Pick<Tools, 'records'>,
  key: EnvironmentKey,
  pullRequest: number,
  reviews: readonly Review[],
): Promise<void> {
  const given = reviews.flatMap(({ id, commit, digest, severity = null }) =>
    commit === null || digest === null ? [] : [[id, { digest, severity }] as const],
  );
  if (given.length > 0) await records.noteSeenReviews(key, pullRequest, new Map(given));
}
