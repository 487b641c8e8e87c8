import type { ApprovalRule, Subject } from '../domain/policy.ts';
import { anyOf } from './words.ts';

/** Who answers for the repository where nobody else can. */
export const administrators: Subject = { kind: 'role', role: 'admin' };

/** Users and teams of those rules that nobody could meet if they were gone: a role is always somebody's. */
export function namedAlone(rule: ApprovalRule): readonly Subject[] {
  if (rule.kind !== 'people') return rule.rules.flatMap(namedAlone);
  return rule.from.some(({ kind }) => kind === 'role') ? [] : rule.from;
}

/**
 * The rule with administrators in the place of people of whom nobody is there any more, where it could not be met else;
 * `insteadOf` says whom they stand in for, in words, and is null where they do not.
 */
export function withStandIns(
  rule: ApprovalRule,
  gone: readonly Subject[],
): { readonly rule: ApprovalRule; readonly insteadOf: string | null } {
  const keys = new Set(gone.map(keyOf));
  const missed: Subject[] = [];
  const made = standIn(rule);
  const insteadOf =
    missed.length === 0 ? null : anyOf([...new Map(missed.map((one) => [keyOf(one), one])).values()]);
  return { rule: made, insteadOf };

  function standIn(one: ApprovalRule): ApprovalRule {
    if (one.kind === 'all' || (one.kind === 'any' && isOrphaned(one))) {
      return { ...one, rules: one.rules.map(standIn) };
    }
    if (one.kind !== 'people' || !isOrphaned(one)) return one;
    missed.push(...one.from);
    return { ...one, from: [administrators] };
  }

  /** Whether nobody is left who could meet it. */
  function isOrphaned(one: ApprovalRule): boolean {
    switch (one.kind) {
      case 'people':
        return one.required > 0 && one.from.every((subject) => keys.has(keyOf(subject)));
      case 'all':
        return one.rules.some(isOrphaned);
      case 'any':
        return one.rules.every(isOrphaned);
    }
  }
}

function keyOf(subject: Subject): string {
  return JSON.stringify(subject).toLowerCase();
}
