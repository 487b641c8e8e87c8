import type { GateFacts, OwnedPath } from '../domain/gate.ts';
import type { ApprovalRule, PeopleRule, Subject } from '../domain/policy.ts';
import { reasonOf } from './conditions.ts';
import { administrators, withStandIns } from './stand-ins.ts';

/** A rule that has to hold for a change, and why where it is not so for every one. */
export interface Requirement {
  readonly rule: ApprovalRule;
  /** Words that follow "since"; null for what always holds. */
  readonly since: string | null;
  /** That administrators stand in, and for whom, as a clause; absent where they do not. */
  readonly standingIn?: string;
}

/**
 * All that has to hold for a change, each of them: what always does, and what does for one that is like this. Of two
 * that ask the same people for different numbers the greater is left. A change that brings a waiver, or other rules,
 * has to pass at the strictest: whatever the policy asks of any change. Where nobody is there any more whom a rule
 * names, administrators stand in for a change of the rules alone, which could never be made else.
 */
export function requirementsOf({
  policy,
  traits,
  owners,
  changesRules,
  stepCount,
  gone = [],
}: Pick<
  GateFacts,
  'policy' | 'traits' | 'owners' | 'changesRules' | 'stepCount' | 'gone'
>): readonly Requirement[] {
  const { required, from, also, when = [] } = policy.approvals;
  const isAtStrictest = changesRules || traits.bringsWaiver;
  const all: Requirement[] = [
    { rule: { kind: 'people', required, from }, since: null },
    ...(also === undefined ? [] : apart(also)),
    ...when.flatMap(({ when: condition, rule }): Requirement[] => {
      const since = isAtStrictest ? strictest : reasonOf(condition, traits);
      return since === null ? [] : [{ rule, since }];
    }),
  ];
  const owned = all.map(({ rule, since }) => ({ rule: withOwners(rule, owners), since }));
  const isOfRulesAlone = changesRules && stepCount === 0;
  return greatest(isOfRulesAlone ? owned.map((one) => stoodIn(one, gone)) : owned).filter(
    ({ rule }) => rule.kind !== 'people' || rule.required > 0,
  );
}

function stoodIn(requirement: Requirement, gone: readonly Subject[]): Requirement {
  const { rule, insteadOf } = withStandIns(requirement.rule, gone);
  if (insteadOf === null) return requirement;
  const standingIn = `nobody who is ${insteadOf} is there any more, so that an administrator stands in`;
  const since = requirement.since === null ? standingIn : `${requirement.since}, and ${standingIn}`;
  return { rule, since, standingIn };
}

/** The parts of a rule that have to hold each for itself. */
function apart(rule: ApprovalRule): readonly Requirement[] {
  if (rule.kind !== 'all' || rule.different) return [{ rule, since: null }];
  return rule.rules.flatMap(apart);
}

const strictest = 'it changes what is asked for, and so has to pass at the strictest';

/** Of rules about the very same people the one that asks for the most; of equal ones the first. */
function greatest(all: readonly Requirement[]): readonly Requirement[] {
  const most = new Map<string, { readonly at: number; readonly required: number }>();
  for (const [at, { rule }] of all.entries()) {
    if (rule.kind !== 'people') continue;
    const key = peopleOf(rule);
    if (rule.required > (most.get(key)?.required ?? -1)) most.set(key, { at, required: rule.required });
  }
  return all.filter(({ rule }, at) => rule.kind !== 'people' || most.get(peopleOf(rule))?.at === at);
}

/** The same for two rules that ask the same people, in whatever order. */
function peopleOf({ from }: PeopleRule): string {
  return JSON.stringify(from.map((subject) => JSON.stringify(subject)).sort());
}

/** Code owners by their names: each path has to be agreed to by its own; by an administrator where it has none. */
function withOwners(rule: ApprovalRule, owners: readonly OwnedPath[]): ApprovalRule {
  if (rule.kind !== 'people') return { ...rule, rules: rule.rules.map((one) => withOwners(one, owners)) };
  const others = rule.from.filter(({ kind }) => kind !== 'code-owners');
  if (others.length === rule.from.length) return rule;
  const lists = owners.map(({ owners: own }) => (own.length === 0 ? [administrators] : own));
  const asked = (lists.length === 0 ? [[administrators]] : lists).map((own): PeopleRule => ({
    ...rule,
    from: [...others, ...own],
  }));
  const rules = [...new Map(asked.toReversed().map((one) => [peopleOf(one), one])).values()].toReversed();
  const [only] = rules;
  return rules.length === 1 && only !== undefined ? only : { kind: 'all', rules, different: false };
}
