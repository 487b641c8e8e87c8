import type { GateFacts } from '../domain/gate.ts';
import { subjectsOf } from '../domain/policy.ts';
import { requirementsOf } from './requirement.ts';
import { isSameLogin } from './rights.ts';
import { weighReviews } from './weigh-reviews.ts';

/** Why somebody's standing review does not count, in a sentence; null where it does, or where there is none. */
export function refusalOfReview(facts: GateFacts, login: string): string | null {
  const { policy, traits, owners, changesRules } = facts;
  const isAtStrictest = changesRules || traits.bringsWaiver;
  const requirements = requirementsOf(policy.approvals, traits, owners, isAtStrictest);
  const asked = requirements.flatMap(({ rule }) => subjectsOf(rule));
  const found = weighReviews(facts, asked).find((review) => isSameLogin(review.login, login));
  if (found === undefined || found.decision.code === 'approval-counts') return null;
  return found.decision.message;
}
