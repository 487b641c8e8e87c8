import type { GateFacts, Person, Review } from '../domain/gate.ts';
import { worstOf } from '../domain/traits.ts';
import { isBotLogin, isSameLogin } from './rights.ts';

/**
 * The facts as they would be if these people approved the present plan now, each in place of what they said before.
 * Whether that counts is for the decision to say: of who wrote the change it does not.
 */
export function asIfApproved(facts: GateFacts, approvers: readonly Person[], now: Date): GateFacts {
  const isAmong = (login: string): boolean => approvers.some((person) => isSameLogin(person.login, login));
  const latest = Math.max(now.getTime(), ...facts.reviews.map(({ submittedAt }) => submittedAt.getTime()));
  const approvals = approvers.map(({ login }): Review => ({
    id: 0,
    login,
    isBot: isBotLogin(login),
    state: 'approved',
    commit: facts.head,
    digest: facts.digest,
    severity: worstOf(facts.traits),
    submittedAt: new Date(latest),
  }));
  return {
    ...facts,
    reviews: [...facts.reviews.filter(({ login }) => !isAmong(login)), ...approvals],
    people: [...facts.people.filter(({ login }) => !isAmong(login)), ...approvers],
  };
}
