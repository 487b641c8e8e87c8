import type { GateFacts, Person } from '../domain/gate.ts';
import { subjectsOf } from '../domain/policy.ts';
import { requirementsOf, type Requirement } from './requirement.ts';
import { byLogin } from './rights.ts';
import { weighReviews, type WeighedReview } from './weigh-reviews.ts';

/** What a change is asked for, and what its reviews are worth for it. */
export interface Weighed {
  readonly requirements: readonly Requirement[];
  readonly reviews: readonly WeighedReview[];
  /** Each of those whose approval counts, once. */
  readonly approvers: readonly Person[];
}

/** Lays the reviews of a change beside all that has to hold for it. */
export function weighFacts(facts: GateFacts): Weighed {
  const requirements = requirementsOf(facts);
  const asked = requirements.flatMap(({ rule }) => subjectsOf(rule));
  const reviews = weighReviews(facts, asked);
  const person = byLogin(facts.people);
  const approvers = reviews
    .filter(({ decision }) => decision.code === 'approval-counts')
    .map(({ login }) => person(login) ?? { login, role: 'none', teams: [] });
  return { requirements, reviews, approvers };
}
