import type { Contributor, Decision, Person } from '../domain/gate.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { isAnyOf, isBotLogin, isSameLogin } from './rights.ts';
import { anyOf, counted, met, quoted, unmet } from './words.ts';

export interface ConfirmationFacts {
  readonly policy: Pick<EnvironmentPolicy, 'name' | 'rollback'>;
  /** Who asked for the rollback; their own confirmation does not count. */
  readonly requester: string;
  /** Everybody who confirmed, from fresh facts. */
  readonly confirmers: readonly Person[];
  /** Who wrote what it is about, where they may not confirm; `complete` is false where some may be missing. */
  readonly writers?: { readonly people: readonly Contributor[]; readonly complete: boolean };
  /** What is confirmed; a rollback where it is not said. */
  readonly what?: 'rollback' | 'release' | 'revert';
}

/**
 * Whether a rollback, a revert of drift, or a release that runs migrations again, has been confirmed by enough others than who asked for
 * it, and than who wrote it where the policy keeps the two apart.
 */
export function decideConfirmation(facts: ConfirmationFacts): Decision {
  const { policy, requester, confirmers, what = 'rollback' } = facts;
  const { required, from } = policy.rollback;
  const distinct = confirmers.filter(
    ({ login }, index) => confirmers.findIndex((one) => isSameLogin(one.login, login)) === index,
  );
  const nodes = distinct.map((person) => weigh(person, facts));
  const counting = nodes.filter(({ status }) => status === 'allowed').length;
  const wanted = `A ${what} of ${quoted(policy.name)} needs ${counted(required, 'confirmation')} from ${anyOf(from)}, other than ${quoted(requester)} who asked`;
  const counts = `${counting} ${counting === 1 ? 'counts' : 'count'}`;
  if (counting >= required) return met('allowed', `${wanted}; ${counts}.`, nodes);
  const message = `${wanted}; ${counts} so far. They comment \`/confirm\`.`;
  const ask = { wanted: counted(required, 'confirmation'), found: counts, who: anyOf(from) };
  return unmet('waiting', 'waiting', message, ask, nodes);
}

function weigh(
  person: Person,
  { requester, policy, writers, what = 'rollback' }: ConfirmationFacts,
): Decision {
  const who = quoted(person.login);
  const ask = (found: string) => ({
    wanted: 'a confirmation that counts',
    found,
    who: anyOf(policy.rollback.from),
  });
  if (isBotLogin(person.login)) {
    const message = `${who} confirmed, but is a bot: only people confirm.`;
    return unmet('refused', 'approval-by-bot', message, ask('one by a bot'));
  }
  if (isSameLogin(person.login, requester)) {
    const message = `${who} asked for the ${what}: somebody else confirms.`;
    return unmet('refused', 'approval-by-contributor', message, ask('one by who asked'));
  }
  if (writers?.people.some(({ login }) => isSameLogin(login, person.login)) === true) {
    const message = `${who} wrote in what it is about, pushed it or asked for it: somebody who did not confirms.`;
    return unmet('refused', 'approval-by-contributor', message, ask('one by who had a part'));
  }
  if (writers?.complete === false) {
    const message = `${who} confirmed, but may be among the authors that GitHub does not list.`;
    return unmet('waiting', 'contributors-unknown', message, ask('one that may be a writer’s'));
  }
  if (!isAnyOf(person, policy.rollback.from)) {
    const message = `${who} confirmed, but only confirmations from ${anyOf(policy.rollback.from)} count.`;
    return unmet('refused', 'approval-without-right', message, ask('one without the right'));
  }
  return met('approval-counts', `${who} confirmed.`);
}
