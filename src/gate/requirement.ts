import type { OwnedPath } from '../domain/gate.ts';
import type { ApprovalPolicy, ApprovalRule, PeopleRule, Subject } from '../domain/policy.ts';
import type { ChangeTraits } from '../domain/traits.ts';
import { reasonOf } from './conditions.ts';

/** A rule that has to hold for a change, and why where it is not so for every one. */
export interface Requirement {
  readonly rule: ApprovalRule;
  /** Words that follow "since"; null for what always holds. */
  readonly since: string | null;
}

/**
 * All that has to hold for a change, each of them: what always does, and what does for one that is like this. Of two
 * that ask the same people for different numbers the greater is left. A change that brings a waiver, or other rules,
 * has to pass at the strictest: whatever the policy asks of any change.
 */
export function requirementsOf(
  policy: ApprovalPolicy,
  traits: ChangeTraits,
  owners: readonly OwnedPath[],
  isAtStrictest: boolean,
): readonly Requirement[] {
  const { required, from, also, when = [] } = policy;
  const all: Requirement[] = [
    { rule: { kind: 'people', required, from }, since: null },
    ...(also === undefined ? [] : apart(also)),
    ...when.flatMap(({ when: condition, rule }): Requirement[] => {
      const since = isAtStrictest ? strictest : reasonOf(condition, traits);
      return since === null ? [] : [{ rule, since }];
    }),
  ];
  return greatest(all.map(({ rule, since }) => ({ rule: withOwners(rule, owners), since }))).filter(
    ({ rule }) => rule.kind !== 'people' || rule.required > 0,
  );
}

/** The parts of a rule that have to hold each for itself. */
function apart(rule: ApprovalRule): readonly Requirement[] {
  if (rule.kind !== 'all' || rule.different) return [{ rule, since: null }];
  return rule.rules.flatMap(apart);
}

const strictest = 'it changes what is asked for, and so has to pass at the strictest';

/** Of rules about the very same people the one that asks for the most. */
function greatest(all: readonly Requirement[]): readonly Requirement[] {
  return all.filter(({ rule }, index) => {
    if (rule.kind !== 'people') return true;
    return !all.some(
      ({ rule: other }, at) =>
        other.kind === 'people' &&
        isSamePeople(other, rule) &&
        (other.required > rule.required || (other.required === rule.required && at < index)),
    );
  });
}

function isSamePeople(one: PeopleRule, other: PeopleRule): boolean {
  const keys = (rule: PeopleRule): string =>
    JSON.stringify(rule.from.map((subject) => JSON.stringify(subject)).sort());
  return keys(one) === keys(other);
}

const administrators: Subject = { kind: 'role', role: 'admin' };

/** Code owners by their names: each path has to be agreed to by its own; by an administrator where it has none. */
function withOwners(rule: ApprovalRule, owners: readonly OwnedPath[]): ApprovalRule {
  if (rule.kind !== 'people') return { ...rule, rules: rule.rules.map((one) => withOwners(one, owners)) };
  const others = rule.from.filter(({ kind }) => kind !== 'code-owners');
  if (others.length === rule.from.length) return rule;
  const lists = owners.map(({ owners: own }) => [...others, ...own]);
  const asked = (lists.length === 0 ? [others] : lists).map((from): PeopleRule => ({
    ...rule,
    from: from.length === 0 ? [administrators] : from,
  }));
  const rules = asked.filter((one, index) => asked.findIndex((other) => isSamePeople(one, other)) === index);
  const [only] = rules;
  return rules.length === 1 && only !== undefined ? only : { kind: 'all', rules, different: false };
}
