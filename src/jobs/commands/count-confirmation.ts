import { decideConfirmation } from '../../gate/decide-confirmation.ts';
import { isSameLogin } from '../../gate/rights.ts';
import type { WaitingRequest } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import { answer, refuseCommand, type Asked } from './replies.ts';
import type { Tools } from '../tools.ts';

type Question = Parameters<typeof decideConfirmation>[0];

/** What a `/confirm` comes to. */
export type Counted =
  /** It counts for nothing and is not kept, in words for who gave it. */
  | { readonly kind: 'refused'; readonly why: string }
  /** With those that counted before it. Why it may not run yet, in words for who gave it; null where it may. */
  | { readonly kind: 'counted'; readonly confirmedBy: readonly string[]; readonly missing: string | null };

/** Counts a `/confirm` of what is asked of those who confirm a rollback. */
export async function countConfirmation(
  { host, policy }: Pick<Environment, 'host' | 'policy'>,
  { requester, confirmedBy }: Pick<WaitingRequest, 'requester' | 'confirmedBy'>,
  actor: string,
  more: Pick<Question, 'what' | 'writers'>,
): Promise<Counted> {
  const logins = [...new Set([...confirmedBy, actor])];
  const confirmers = await Promise.all(logins.map((login) => host.person(login, policy.rollback.from)));
  const decision = decideConfirmation({ policy, requester, confirmers, ...more });
  const mine = decideConfirmation({
    policy: { ...policy, rollback: { ...policy.rollback, required: 1 } },
    requester,
    confirmers: confirmers.filter(({ login }) => isSameLogin(login, actor)),
    ...more,
  });
  const isEnough = decision.status === 'allowed';
  if (mine.status === 'allowed') {
    return { kind: 'counted', confirmedBy: logins, missing: isEnough ? null : decision.message };
  }
  const own = mine.children.map(({ message }) => message).join(' ');
  // The rules ask for fewer since those confirmed.
  const next = isEnough ? ' One of those whose word counts comments `/confirm` again.' : '';
  return { kind: 'refused', why: `${own} ${decision.message}${next}` };
}

/** What is confirmed, for the audit. */
export interface Confirmed {
  readonly digest: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Notes a `/confirm` that counts in the audit. */
export function auditConfirmed(
  { key }: Pick<Environment, 'key'>,
  { digest, detail }: Confirmed,
  { number, actor }: Asked,
  { records }: Pick<Tools, 'records'>,
): Promise<void> {
  return records.audit({
    ...key,
    pullRequest: number,
    commit: null,
    actor,
    action: 'confirmed',
    migration: null,
    digest,
    detail,
  });
}

/** Answers a `/confirm` after which nothing runs yet, and notes it in the audit: refused, or counted. */
export async function answerCounted(
  { key, policy }: Environment,
  counted: Counted,
  { digest, detail }: Confirmed,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  if (counted.kind === 'refused') return refuseCommand('confirm', { key }, asked, counted.why, tools);
  const { missing } = counted;
  await auditConfirmed({ key }, { digest, detail: { ...detail, missing } }, asked, tools);
  const view = { kind: 'confirmation-counted' as const, environment: policy.name, login: asked.actor };
  await answer(key.repositoryId, asked, { ...view, missing: missing ?? '' }, 'rocket', tools);
}
