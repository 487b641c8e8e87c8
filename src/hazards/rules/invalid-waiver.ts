import { code, type HazardRule } from '../rule.ts';

export const invalidWaiver: HazardRule = {
  id: 'invalid-waiver',
  severity: 'low',
  sentence: 'A waiver without a rule, a reason or an end, or one past its last day, lets nothing pass.',
  advice:
    'Write `-- tidegate:allow <rule> until=YYYY-MM-DD reason="…"` (in JavaScript behind `//`), or remove the comment.',
  equivalents: {},
  bad: '-- tidegate:allow drop-column\nALTER TABLE orders DROP COLUMN note;',
  good: '-- tidegate:allow drop-column until=2099-12-31 reason="nobody reads it since release 41"\nALTER TABLE orders DROP COLUMN note;',
  // Found by the comments of the file, not by statements (findHazards).
  find: () => [],
};

/** Why the waiver lets nothing pass. */
export function brokenWaiverMessage({ rule, why }: { readonly rule: string; readonly why: string }): string {
  const named = rule === '' ? '' : ` of ${code(rule)}`;
  return `The waiver${named} does not hold: ${why}${why.endsWith('?') ? '' : '.'}`;
}
