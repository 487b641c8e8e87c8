import { Octokit } from '@octokit/rest';
import type { SimulatedGitHub } from '../github/server.ts';

/**
 * The demo's team: ada administers the repository; ben writes the change, and cleo of @acme/dba a commit of it; dan is
 * of @acme/dba; eve is of @acme/testers; rita may only read.
 */
export type Login = 'ada' | 'ben' | 'cleo' | 'dan' | 'eve' | 'rita';

export const shop = { owner: 'acme', repo: 'shop' } as const;

/** Each of them with the API as GitHub gives it to people. */
export type Team = Readonly<Record<Login, Octokit>>;

const quiet = { debug: silent, info: silent, warn: silent, error: silent };

/** Makes the people, the organisation and its two teams. */
export function createTeam(github: SimulatedGitHub): Team {
  const join = (login: Login): Octokit => {
    const { token } = github.createUser(login, { name: login, email: `${login}@acme.example` });
    return new Octokit({ baseUrl: github.url, auth: token, log: quiet });
  };
  const team = {
    ada: join('ada'),
    ben: join('ben'),
    cleo: join('cleo'),
    dan: join('dan'),
    eve: join('eve'),
    rita: join('rita'),
  };
  github.createOrganisation('acme', ['ada']);
  for (const login of ['cleo', 'dan'] as const) github.addMember('acme', login);
  github.createTeam('acme', 'dba', ['cleo', 'dan']);
  github.createTeam('acme', 'testers', ['eve']);
  return team;
}

function silent(): void {
  // The story says what matters; Octokit's own warnings would stand in the middle of it.
}
