import type { Decision, DecisionCode, DecisionStatus } from '../domain/gate.ts';
import type { EnvironmentPolicy, Subject } from '../domain/policy.ts';

/** What a node asked for, what there is of it, and who could bring the rest. */
export type Ask = Pick<Decision, 'wanted' | 'found' | 'who'>;

/** A node of a decision's tree that stands in nobody's way. */
export function met(
  code: DecisionCode,
  message: string,
  children: readonly Decision[] = [],
  ask: Ask = {},
): Decision {
  return { status: 'allowed', code, message, ...ask, children };
}

/** A node that does: it says what was wanted, what was found, and who could bring the rest. */
export function unmet(
  status: Exclude<DecisionStatus, 'allowed'>,
  code: DecisionCode,
  message: string,
  ask: Required<Ask>,
  children: readonly Decision[] = [],
): Decision {
  return { status, code, message, ...ask, children };
}

/** A name from outside in a sentence: in backticks, without `@`, so that nobody is called by it. */
export function quoted(name: string): string {
  return `\`${name.replaceAll('`', "'").replace(/^@/, '')}\``;
}

/** `1 approval`, `2 approvals`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** Who may, as in "a member of `acme/dba` or anybody with write". */
export function anyOf(subjects: readonly Subject[]): string {
  const words = subjects.map(subjectWords);
  const last = words.at(-1) ?? 'nobody';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function subjectWords(subject: Subject): string {
  switch (subject.kind) {
    case 'user':
      return quoted(subject.login);
    case 'team':
      return `a member of ${quoted(teamName(subject))}`;
    case 'role':
      return `anybody with ${subject.role}`;
    case 'code-owners':
      return 'the code owners';
  }
}

/** A team as `organisation/slug`, in small letters. */
export function teamName({ organisation, slug }: Extract<Subject, { kind: 'team' }>): string {
  return `${organisation}/${slug}`.toLowerCase();
}

/** An environment's rules in a sentence. */
export function policySentence({
  name,
  branch,
  protected: isProtected,
  approvals,
}: EnvironmentPolicy): string {
  const what = `${quoted(name)} is the branch ${quoted(branch)}`;
  return isProtected
    ? `${what}, protected: ${counted(approvals.required, 'approval')} from ${anyOf(approvals.from)}.`
    : `${what}, not protected.`;
}
