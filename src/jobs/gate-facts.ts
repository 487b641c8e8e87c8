import type { Contributor, GateFacts, Review } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import type { Plan } from '../domain/plan.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { CodeHost, PullRequest } from '../ports/code-host.ts';
import type { Tools } from './tools.ts';

export interface GateQuestion {
  readonly policy: EnvironmentPolicy;
  readonly plan: Plan;
  /** Null for what reached the branch without a pull request: nobody approved it. */
  readonly pullRequest: PullRequest | null;
  readonly hold: Hold | null;
  readonly endsHold: boolean;
}

/** Fetches, freshly, all that the gate asks about one change. */
export async function gatherFacts(
  host: CodeHost,
  tools: Pick<Tools, 'records'>,
  question: GateQuestion,
): Promise<GateFacts> {
  const { policy, plan, pullRequest } = question;
  const known = {
    policy,
    digest: plan.digest,
    stepCount: plan.steps.length,
    changesRules: plan.configuration !== undefined,
    problems: plan.problems.map(({ message }) => message),
    hold: question.hold,
    endsHold: question.endsHold,
  };
  if (pullRequest === null || !policy.protected || (plan.steps.length === 0 && !known.changesRules)) {
    const head = pullRequest?.head ?? '';
    return { ...known, head, contributors: [], contributorsComplete: true, reviews: [], people: [] };
  }
  if (pullRequest.reviewCount === 0) {
    // Nobody reviewed it: who wrote it is then of no account.
    const nobody = { contributors: [], contributorsComplete: true, reviews: [], people: [] };
    return { ...known, head: pullRequest.head, ...nobody };
  }
  const [contributors, reviews] = await Promise.all([
    contributorsOf(host, tools, policy, pullRequest),
    reviewsWithDigests(host, tools, policy, pullRequest),
  ]);
  const logins = [...new Set(reviews.filter(({ isBot }) => !isBot).map(({ login }) => login))];
  const people = await Promise.all(logins.map((login) => host.person(login, policy.approvals.from)));
  return {
    ...known,
    head: pullRequest.head,
    contributors: contributors.people,
    contributorsComplete: contributors.complete,
    reviews,
    people,
  };
}

/** A pull request that the App opened counts as written by whoever asked for it. */
async function contributorsOf(
  host: CodeHost,
  tools: Pick<Tools, 'records'>,
  policy: EnvironmentPolicy,
  pullRequest: PullRequest,
): Promise<{ readonly people: readonly Contributor[]; readonly complete: boolean }> {
  const found = await host.contributors(pullRequest.number);
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const rollback = await tools.records.latestRollback(key);
  if (rollback?.revertPullRequest !== pullRequest.number) return found;
  const requester: Contributor = { login: rollback.requester, as: 'requester', commit: null };
  return { people: [...found.people, requester], complete: found.complete };
}

/** GitHub gives the time of a review in whole seconds, rounded down. */
const secondMs = 1000;

/**
 * A review is of the plan that stood when it was given. A later plan of the same head, made after the base
 * branch was changed or for other reasons, is another one, unless its digest is the same.
 */
async function reviewsWithDigests(
  host: CodeHost,
  tools: Pick<Tools, 'records'>,
  policy: EnvironmentPolicy,
  pullRequest: PullRequest,
): Promise<readonly Review[]> {
  const reviews = await host.reviews(pullRequest.number);
  return Promise.all(
    reviews.map(async (review) => {
      if (review.commit === null) return review;
      const seen = await tools.records.planSeenAt(
        host.repository.id,
        pullRequest.number,
        policy.name,
        review.commit,
        new Date(review.submittedAt.getTime() + secondMs),
      );
      return { ...review, digest: seen?.plan.digest ?? null };
    }),
  );
}
