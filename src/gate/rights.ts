import type { Person } from '../domain/gate.ts';
import { roleAtLeast, type Subject } from '../domain/policy.ts';
import { teamName } from './words.ts';

/** Whether two logins are one account: GitHub does not tell letters' cases apart. */
export function isSameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether a login is an App's. */
export function isBotLogin(login: string): boolean {
  return login.toLowerCase().endsWith('[bot]');
}

/** Whether a person is one of these: by login, as an active member of a team, or by the role on the repository. */
export function isAnyOf(person: Person, subjects: readonly Subject[]): boolean {
  return subjects.some((subject) => {
    switch (subject.kind) {
      case 'user':
        return isSameLogin(person.login, subject.login);
      case 'team': {
        const team = teamName(subject);
        return person.teams.some((one) => one.toLowerCase() === team);
      }
      case 'role':
        return roleAtLeast(person.role, subject.role);
      // Who that is depends on the paths: a requirement has names in its place.
      case 'code-owners':
        return false;
    }
  });
}
