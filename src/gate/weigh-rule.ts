import type { Decision, Person } from '../domain/gate.ts';
import type { ApprovalRule, PeopleRule, Subject } from '../domain/policy.ts';
import { mostSeats } from './most-seats.ts';
import { anyOfThese } from './rights.ts';
import { anyOf, counted, met, unmet } from './words.ts';

/** Whether a rule is met by those who agreed, as a tree; each of `approvers` is another person. */
export function weighRule(rule: ApprovalRule, approvers: readonly Person[], since: string | null): Decision {
  switch (rule.kind) {
    case 'people':
      return weighPeople(rule, approvers, since);
    case 'all':
      return weighAll(rule, approvers, since);
    case 'any':
      return weighAny(rule, approvers, since);
  }
}

function weighPeople(rule: PeopleRule, approvers: readonly Person[], since: string | null): Decision {
  const counting = approvers.filter(anyOfThese(rule.from)).length;
  const asked = anyOf(rule.from);
  const wanted = `${counted(rule.required, 'approval')} from ${asked}`;
  const found = countsWords(counting);
  const message = said(since, `${wanted}; ${found}.`);
  if (counting >= rule.required) return met('rule-met', message, [], { wanted, found });
  return unmet('waiting', 'rule-not-met', message, { wanted, found, who: asked });
}

function weighAny(
  rule: Extract<ApprovalRule, { kind: 'any' }>,
  approvers: readonly Person[],
  since: string | null,
): Decision {
  const children = rule.rules.map((one) => weighRule(one, approvers, null));
  const there = children.filter(({ status }) => status === 'allowed').length;
  const wanted = 'one of these';
  if (there > 0) {
    const message = said(since, 'one of these is enough, and is there.');
    return met('rule-met', message, children, { wanted, found: `${there} of them` });
  }
  const message = said(since, 'one of these is enough; none is there yet.');
  return unmet('waiting', 'rule-not-met', message, { wanted, found: 'none', who: whoOf(children) }, children);
}

/** Who could bring what these lack, each once. */
function whoOf(children: readonly Decision[]): string {
  return [...new Set(children.flatMap(({ who }) => who ?? []))].join('; ');
}

function weighAll(
  rule: Extract<ApprovalRule, { kind: 'all' }>,
  approvers: readonly Person[],
  since: string | null,
): Decision {
  const children = rule.rules.map((one) => weighRule(one, approvers, null));
  const there = children.filter(({ status }) => status === 'allowed').length;
  const ask = { wanted: 'each of these', found: `${there} of ${children.length}` };
  if (there < children.length) {
    const message = said(since, `each of these; ${there} of ${children.length} are there.`);
    return unmet('waiting', 'rule-not-met', message, { ...ask, who: whoOf(children) }, children);
  }
  if (rule.different && !isMetByDifferent(rule.rules, approvers)) {
    const message = said(since, 'each of these by different people; somebody would count twice.');
    const who = anyOf(seatsOf(rule.rules).flat());
    return unmet('waiting', 'rule-not-met', message, { ...ask, who }, children);
  }
  return met('rule-met', said(since, 'each of these, and all are there.'), children, ask);
}

/** Whether every seat of the rules can be taken by somebody who takes no other. */
function isMetByDifferent(rules: readonly ApprovalRule[], approvers: readonly Person[]): boolean {
  const seats = seatsOf(rules);
  const candidates = seats.map((from) => {
    const fits = anyOfThese(from);
    return approvers.flatMap((person, index) => (fits(person) ? [index] : []));
  });
  return mostSeats(candidates) === seats.length;
}

/** One for each approval that is asked for; the configuration takes only such rules where people have to differ. */
function seatsOf(rules: readonly ApprovalRule[]): readonly (readonly Subject[])[] {
  return rules.flatMap((rule) =>
    rule.kind === 'people' ? Array.from({ length: rule.required }, () => rule.from) : seatsOf(rule.rules),
  );
}

/** How many count, in words. */
export function countsWords(counting: number): string {
  return counting === 0 ? 'none counts' : `${counting} ${counting === 1 ? 'counts' : 'count'}`;
}

function said(since: string | null, what: string): string {
  return since === null ? `${what.charAt(0).toUpperCase()}${what.slice(1)}` : `Since ${since}: ${what}`;
}
