import type { GateFacts } from '../domain/gate.ts';
import type { ApprovalRule } from '../domain/policy.ts';
import { requirementsOf } from './requirement.ts';

/**
 * How many approvals a change is asked for, each rule for itself: two rules that one person could meet count twice. It
 * says which of two policies asks for more, not how many people that takes.
 */
export function approvalsAsked(
  facts: Pick<GateFacts, 'policy' | 'traits' | 'owners' | 'changesRules' | 'stepCount'>,
): number {
  const { policy, changesRules, stepCount } = facts;
  if (!policy.protected || (stepCount === 0 && !changesRules)) return 0;
  return requirementsOf(facts).reduce((sum, { rule }) => sum + askedBy(rule), 0);
}

function askedBy(rule: ApprovalRule): number {
  switch (rule.kind) {
    case 'people':
      return rule.required;
    case 'all':
      return rule.rules.reduce((sum, one) => sum + askedBy(one), 0);
    case 'any':
      return Math.min(...rule.rules.map(askedBy));
  }
}
