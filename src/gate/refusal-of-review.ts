import type { GateFacts } from '../domain/gate.ts';
import { isSameLogin } from './rights.ts';
import { weighFacts } from './weigh-facts.ts';

/** Why somebody's standing review does not count, in a sentence; null where it does, or where there is none. */
export function refusalOfReview(facts: GateFacts, login: string): string | null {
  const found = weighFacts(facts).reviews.find((review) => isSameLogin(review.login, login));
  if (found === undefined || found.decision.code === 'approval-counts') return null;
  return found.decision.message;
}
