import type { ApprovalPolicy, ApprovalRule, Condition, Subject } from '../domain/policy.ts';
import type { WrittenApprovals, WrittenCondition, WrittenRule } from './approval-shape.ts';

/** An environment's approvals, with `anybody` where it does not say from whom. */
export function approvalsOf(
  written: WrittenApprovals | undefined,
  isProtected: boolean,
  anybody: readonly Subject[],
): ApprovalPolicy {
  const from = written?.from ?? anybody;
  const combined = combinedOf(written ?? {}, from);
  const isPlain = combined === null;
  // Rules alone can be all that is asked for: there is then no number beside them.
  const required = isProtected ? (written?.required ?? (isPlain || written?.from !== undefined ? 1 : 0)) : 0;
  const when = (written?.when ?? []).map((one) => ({ when: conditionOf(one), rule: ruleOf(one, from) }));
  return {
    required,
    from,
    ...(combined === null ? {} : { also: combined }),
    ...(when.length === 0 ? {} : { when }),
    ...(written?.bots === undefined ? {} : { bots: written.bots }),
  };
}

/** All that a written rule asks for; `from` stands in where it does not say from whom. */
function ruleOf(written: WrittenRule, from: readonly Subject[]): ApprovalRule {
  const combined = combinedOf(written, written.from ?? from);
  const hasPeople = written.required !== undefined || written.from !== undefined;
  const people = { kind: 'people' as const, required: written.required ?? 1, from: written.from ?? from };
  if (combined === null) return people;
  return hasPeople ? { kind: 'all', rules: [people, combined], different: false } : combined;
}

/** What its lists ask for; null where it has none. */
function combinedOf(
  { all, any, different_people: different = false }: WrittenRule,
  from: readonly Subject[],
): ApprovalRule | null {
  const rules: ApprovalRule[] = [
    ...(all === undefined
      ? []
      : [{ kind: 'all' as const, rules: all.map((one) => ruleOf(one, from)), different }]),
    ...(any === undefined ? [] : [{ kind: 'any' as const, rules: any.map((one) => ruleOf(one, from)) }]),
  ];
  const [first, second] = rules;
  if (first === undefined) return null;
  return second === undefined ? first : { kind: 'all', rules: [first, second], different: false };
}

function conditionOf(written: WrittenCondition): Condition {
  const given = {
    hazard: written.hazard,
    rules: written.rule,
    tables: written.table?.map(withSchema),
    schemas: written.schema,
    rowsOver: written.rows_over,
    paths: written.path,
    labels: written.label,
    authorTeams: written.author_team,
    reversibility: written.reversibility,
    statements: written.statement?.map((text) => text.toUpperCase().replace(/\s+/g, ' ')),
  };
  // Only what is written stands in a condition: a key without a value would ask for nothing.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function withSchema(table: string): string {
  return table.includes('.') ? table : `public.${table}`;
}
