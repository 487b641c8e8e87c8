import type { DecisionCode, GateFacts, KnownApproval } from '../domain/gate.ts';
import { weighFacts } from './weigh-facts.ts';
import { isSameLogin } from './rights.ts';
import { quoted } from './words.ts';

/** What has become of the approvals of one pull request. */
export interface ApprovalsNow {
  /** Those that count, and those that did at an earlier decision and do not any more. */
  readonly known: readonly KnownApproval[];
  /** Whose approval fell though nobody but the plan changed: looking again is all that they need to do. */
  readonly askAgain: readonly string[];
}

/** They would count if they were of this plan, and of this risk. */
const asksAgain: ReadonlySet<DecisionCode> = new Set(['approval-of-another-plan', 'approval-of-lesser-risk']);

/** Compares the approvals that counted before with those that count by these facts. */
export function approvalsNow(before: readonly KnownApproval[], facts: GateFacts): ApprovalsNow {
  const weighed = weighFacts(facts).reviews;
  const counting = weighed
    .filter(({ decision }) => decision.code === 'approval-counts')
    .map(({ login }): KnownApproval => ({ login, plan: facts.digest, fallen: null }));
  const gone = before.filter(({ login }) => !counting.some((one) => isSameLogin(one.login, login)));
  const standing = gone.map(({ login, plan }) => {
    const review = weighed.find((one) => isSameLogin(one.login, login));
    const why = review?.decision.message ?? `${quoted(login)} approved, but that review is gone.`;
    return { review, known: { login, plan, fallen: why } };
  });
  return {
    known: [...counting, ...standing.map(({ known }) => known)],
    askAgain: standing.flatMap(({ review, known }) =>
      review !== undefined && !review.isBot && asksAgain.has(review.decision.code) ? [known.login] : [],
    ),
  };
}
