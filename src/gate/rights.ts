import type { Person } from '../domain/gate.ts';
import { roleAtLeast, type Role, type Subject } from '../domain/policy.ts';
import { teamName } from './words.ts';

/** Whether two logins are one account: GitHub does not tell letters' cases apart. */
export function isSameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether a login is an App's. */
export function isBotLogin(login: string): boolean {
  return login.toLowerCase().endsWith('[bot]');
}

/**
 * Whether a person is one of these, by login, as an active member of a team, or by the role on the repository; and may
 * write there, whichever of them it is: whom a file names may have no more than a reader's rights.
 */
export function isAnyOf(person: Person, subjects: readonly Subject[]): boolean {
  return anyOfThese(subjects)(person);
}

/** The same for many people: what the subjects say is looked at once. */
export function anyOfThese(subjects: readonly Subject[]): (person: Person) => boolean {
  const isNamed = namedByThese(subjects);
  return (person) => mayWrite(person) && isNamed(person);
}

/** Whether a person is one of these but for that right. */
export function namedByThese(subjects: readonly Subject[]): (person: Person) => boolean {
  const logins = new Set<string>();
  const teams = new Set<string>();
  const asked: Role[] = [];
  for (const subject of subjects) {
    // Who code owners are depends on the paths: a requirement has names in their place.
    if (subject.kind === 'user') logins.add(subject.login.toLowerCase());
    if (subject.kind === 'team') teams.add(teamName(subject));
    if (subject.kind === 'role') asked.push(subject.role);
  }
  return ({ login, role, teams: own }) =>
    logins.has(login.toLowerCase()) ||
    own.some((team) => teams.has(team.toLowerCase())) ||
    asked.some((floor) => roleAtLeast(role, floor));
}

/** An App has no role on the repository: one that counts is named by the policy twice, among those asked and as a bot. */
function mayWrite({ login, role }: Person): boolean {
  return isBotLogin(login) || roleAtLeast(role, 'write');
}

/** What is known of each login; of two entries for one account the first. */
export function byLogin<T extends { readonly login: string }>(
  all: readonly T[],
): (login: string) => T | undefined {
  const known = new Map<string, T>();
  for (const one of all) {
    const login = one.login.toLowerCase();
    if (!known.has(login)) known.set(login, one);
  }
  return (login) => known.get(login.toLowerCase());
}
