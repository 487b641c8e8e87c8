import type { Decision, Person } from '../domain/gate.ts';
import type { ApprovalRule, PeopleRule, Subject } from '../domain/policy.ts';
import { mostSeats } from './most-seats.ts';
import { anyOfThese } from './rights.ts';
import { anyOf, counted, node } from './words.ts';

/** Whether a rule is met by those who agreed, as a tree; each of `approvers` is another person. */
export function weighRule(rule: ApprovalRule, approvers: readonly Person[], since: string | null): Decision {
  switch (rule.kind) {
    case 'people':
      return weighPeople(rule, approvers, since);
    case 'all':
      return weighAll(rule, approvers, since);
    case 'any': {
      const children = rule.rules.map((one) => weighRule(one, approvers, null));
      const isMet = children.some(({ status }) => status === 'allowed');
      const met = children.filter(({ status }) => status === 'allowed').length;
      const ask = { wanted: 'one of these', found: met === 0 ? 'none' : `${met} of them` };
      return isMet
        ? node('allowed', 'rule-met', said(since, 'one of these is enough, and is there.'), children, ask)
        : node(
            'waiting',
            'rule-not-met',
            said(since, 'one of these is enough; none is there yet.'),
            children,
            ask,
          );
    }
  }
}

function weighPeople(rule: PeopleRule, approvers: readonly Person[], since: string | null): Decision {
  const counting = approvers.filter(anyOfThese(rule.from)).length;
  const asked = anyOf(rule.from);
  const wanted = `${counted(rule.required, 'approval')} from ${asked}`;
  const found = countsWords(counting);
  const message = said(since, `${wanted}; ${found}.`);
  if (counting >= rule.required) return node('allowed', 'rule-met', message, [], { wanted, found });
  return node('waiting', 'rule-not-met', message, [], { wanted, found, who: asked });
}

function weighAll(
  rule: Extract<ApprovalRule, { kind: 'all' }>,
  approvers: readonly Person[],
  since: string | null,
): Decision {
  const children = rule.rules.map((one) => weighRule(one, approvers, null));
  const met = children.filter(({ status }) => status === 'allowed').length;
  const ask = { wanted: 'each of these', found: `${met} of ${children.length}` };
  if (met < children.length)
    return node(
      'waiting',
      'rule-not-met',
      said(since, `each of these; ${met} of ${children.length} are there.`),
      children,
      ask,
    );
  if (rule.different && !isMetByDifferent(rule.rules, approvers)) {
    const message = said(since, 'each of these by different people; somebody would count twice.');
    return node('waiting', 'rule-not-met', message, children, {
      ...ask,
      who: anyOf(seatsOf(rule.rules).flat()),
    });
  }
  return node('allowed', 'rule-met', said(since, 'each of these, and all are there.'), children, ask);
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
