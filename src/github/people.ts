import type { Person, Review } from '../domain/gate.ts';
import { roles, type Subject, type TeamSubject } from '../domain/policy.ts';
import type { CodeHost } from '../ports/code-host.ts';
import { orNull, withinReach, type Connection } from './connection.ts';
import { reviewStates } from './review-states.ts';
import { rightsInOneQuestion } from './rights-question.ts';

/** Reviews, and what their authors may do. `author_association` is wrong for private members: it is not read. */
export function people(
  connection: Connection,
): Pick<CodeHost, 'reviews' | 'requestReview' | 'requestTeamReview' | 'person' | 'reviewer'> {
  const { octokit, owner, repo } = connection;
  const person: CodeHost['person'] = async (login, subjects) => {
    const [role, teams] = await Promise.all([roleOf(login), teamsOf(login, subjects)]);
    return { login, role, teams } satisfies Person;
  };
  return {
    reviews: async (number) => {
      const listed = await octokit.paginate(octokit.rest.pulls.listReviews, {
        owner,
        repo,
        pull_number: number,
        per_page: 100,
      });
      return listed.flatMap((raw): Review[] => {
        const state = reviewStates[raw.state];
        // A pending review is its author's draft.
        if (state === undefined || raw.submitted_at === undefined) return [];
        return [
          {
            id: raw.id,
            login: raw.user?.login ?? 'ghost',
            isBot: raw.user?.type === 'Bot' || raw.user?.login.endsWith('[bot]') === true,
            state,
            commit: raw.commit_id,
            digest: null,
            submittedAt: new Date(raw.submitted_at),
          },
        ];
      });
    },
    requestReview: async (number, login) => {
      const asked = { owner, repo, pull_number: number, reviewers: [login] };
      // Who has lost access since cannot be asked (422).
      await orNull(octokit.rest.pulls.requestReviewers(asked), [404, 422]);
    },
    requestTeamReview: async (number, slug) => {
      const asked = { owner, repo, pull_number: number, team_reviewers: [slug] };
      await orNull(octokit.rest.pulls.requestReviewers(asked), [404, 422]);
    },
    person,
    reviewer: async (login, subjects) => {
      const teams = namedTeams(subjects);
      if (teams.size > 0) {
        const found = await rightsInOneQuestion(connection, login, [...teams.values()]);
        // What GraphQL keeps from the App, REST may tell.
        if (found !== null) return { login, ...found };
      }
      return person(login, subjects);
    },
  };

  async function roleOf(login: string): Promise<string> {
    const found = await orNull(
      octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login }),
    );
    if (found === null) return 'none';
    const { role_name: role, permission } = found.data;
    // A custom role says nothing by its name: the older field names the role that it is based on.
    return roles.some((known) => known === role) ? role : permission;
  }

  async function teamsOf(login: string, subjects: readonly Subject[]): Promise<readonly string[]> {
    const found = await Promise.all(
      [...namedTeams(subjects)].map(async ([key, { organisation, slug }]) => {
        const membership = await withinReach(
          octokit.rest.teams.getMembershipForUserInOrg({
            org: organisation,
            team_slug: slug,
            username: login,
          }),
        );
        return membership?.data.state === 'active' ? [key] : [];
      }),
    );
    return found.flat();
  }
}

/** The teams among the subjects, each once. */
function namedTeams(subjects: readonly Subject[]): ReadonlyMap<string, TeamSubject> {
  const named = subjects.filter((subject) => subject.kind === 'team');
  return new Map(named.map((team) => [`${team.organisation}/${team.slug}`, team]));
}
