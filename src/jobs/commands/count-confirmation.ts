import { decideConfirmation } from '../../gate/decide-confirmation.ts';
import type { WaitingRequest } from '../../ports/records.ts';
import type { Environment } from '../environment.ts';

type Question = Parameters<typeof decideConfirmation>[0];

/** A request with one more confirmation. */
export interface Counted {
  readonly request: WaitingRequest;
  /** Why it may not run yet, in words for who confirmed; null where it may. */
  readonly missing: string | null;
}

/** Counts a `/confirm` of what is asked of those who confirm a rollback. */
export async function countConfirmation(
  { host, policy }: Pick<Environment, 'host' | 'policy'>,
  request: WaitingRequest,
  actor: string,
  more: Pick<Question, 'what' | 'writers'>,
): Promise<Counted> {
  const confirmedBy = [...new Set([...request.confirmedBy, actor])];
  const confirmers = await Promise.all(confirmedBy.map((login) => host.person(login, policy.rollback.from)));
  const { requester } = request;
  const decision = decideConfirmation({ policy, requester, confirmers, ...more });
  const counted = { ...request, confirmedBy };
  if (decision.status === 'allowed') return { request: counted, missing: null };
  const mine = decision.children.find(({ message }) => message.startsWith(`\`${actor}\``));
  const own = mine === undefined || mine.status === 'allowed' ? '' : `${mine.message} `;
  return { request: counted, missing: `${own}${decision.message}` };
}
