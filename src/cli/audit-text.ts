import { z } from 'zod';
import type { AuditRow } from '../domain/audit.ts';
import { table } from './text-blocks.ts';

/** Rows of the audit for a terminal, a line each: when (UTC), where, about what, who, what, and why. */
export function auditText(rows: readonly AuditRow[]): string {
  const cells = rows.map(({ at, environment, pullRequest, actor, action, migration, digest, ...row }) => [
    at.toISOString(),
    environment ?? '–',
    pullRequest === null ? '–' : `#${pullRequest}`,
    actor,
    action,
    [
      ...(migration === null ? [] : [migration]),
      ...(digest === null ? [] : [`digest ${digest.slice(0, 12)}`]),
      ...(row.commit === null ? [] : [`commit ${row.commit.slice(0, 12)}`]),
      ...wordsOf(row.detail),
      ...approversOf(row.detail),
    ].join('; '),
  ]);
  return table(cells)
    .map((line) => `${line}\n`)
    .join('');
}

/** What a person asks for first; the whole is in the JSON. */
const told = ['command', 'status', 'why', 'reason', 'message', 'error'] as const;

function wordsOf(detail: AuditRow['detail']): readonly string[] {
  return told.flatMap((key) => {
    const said = detail[key];
    return typeof said === 'string' && said !== '' ? [said] : [];
  });
}

const decided = z.object({
  facts: z.object({ reviews: z.array(z.object({ login: z.string(), state: z.string() })) }),
});

/** Whose approval stood then, whether or not it counted; the words of the decision say how many did. */
function approversOf(detail: AuditRow['detail']): readonly string[] {
  const { data } = decided.safeParse(detail);
  const approved = data?.facts.reviews.filter(({ state }) => state === 'approved') ?? [];
  const logins = [...new Set(approved.map(({ login }) => login))];
  return logins.length === 0 ? [] : [`approved by ${logins.join(', ')}`];
}
