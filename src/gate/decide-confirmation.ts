import type { Decision, Person } from '../domain/gate.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { isAnyOf, isBotLogin, isSameLogin } from './rights.ts';
import { anyOf, counted, node, quoted } from './words.ts';

export interface ConfirmationFacts {
  readonly policy: Pick<EnvironmentPolicy, 'name' | 'rollback'>;
  /** Who asked for the rollback; their own confirmation does not count. */
  readonly requester: string;
  /** Everybody who confirmed, from fresh facts. */
  readonly confirmers: readonly Person[];
}

/** Whether a rollback has been confirmed by enough others than who asked for it. */
export function decideConfirmation({ policy, requester, confirmers }: ConfirmationFacts): Decision {
  const { required, from } = policy.rollback;
  const distinct = confirmers.filter(
    ({ login }, index) => confirmers.findIndex((one) => isSameLogin(one.login, login)) === index,
  );
  const nodes = distinct.map((person) => weigh(person, requester, policy));
  const counting = nodes.filter(({ status }) => status === 'allowed').length;
  const wanted = `A rollback of ${quoted(policy.name)} needs ${counted(required, 'confirmation')} from ${anyOf(from)}, other than ${quoted(requester)} who asked`;
  const counts = `${counting} ${counting === 1 ? 'counts' : 'count'}`;
  if (counting >= required) return node('allowed', 'allowed', `${wanted}; ${counts}.`, nodes);
  return node('waiting', 'waiting', `${wanted}; ${counts} so far. They comment \`/confirm\`.`, nodes);
}

function weigh(person: Person, requester: string, policy: ConfirmationFacts['policy']): Decision {
  const who = quoted(person.login);
  if (isBotLogin(person.login)) {
    return node('refused', 'approval-by-bot', `${who} confirmed, but is a bot: only people confirm.`);
  }
  if (isSameLogin(person.login, requester)) {
    return node(
      'refused',
      'approval-by-contributor',
      `${who} asked for the rollback: somebody else confirms.`,
    );
  }
  if (!isAnyOf(person, policy.rollback.from)) {
    const message = `${who} confirmed, but only confirmations from ${anyOf(policy.rollback.from)} count.`;
    return node('refused', 'approval-without-right', message);
  }
  return node('allowed', 'approval-counts', `${who} confirmed.`);
}
