import type { Person, Review } from '../domain/gate.ts';
import { roles, type Subject } from '../domain/policy.ts';
import type { CodeHost } from '../ports/code-host.ts';
import { orNull, withinReach, type Connection } from './connection.ts';

const states: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

/** Reviews, and what their authors may do. `author_association` is wrong for private members: it is not read. */
export function people({ octokit, owner, repo }: Connection): Pick<CodeHost, 'reviews' | 'person'> {
  return {
    reviews: async (number) => {
      const listed = await octokit.paginate(octokit.rest.pulls.listReviews, {
        owner,
        repo,
        pull_number: number,
        per_page: 100,
      });
      return listed.flatMap((raw): Review[] => {
        const state = states[raw.state];
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
    person: async (login, subjects) => {
      const [role, teams] = await Promise.all([roleOf(login), teamsOf(login, subjects)]);
      return { login, role, teams } satisfies Person;
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
    const named = subjects.filter((subject) => subject.kind === 'team');
    const keys = new Map(named.map((team) => [`${team.organisation}/${team.slug}`, team]));
    const found = await Promise.all(
      [...keys].map(async ([key, { organisation, slug }]) => {
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
