import type { CodeHost } from '../ports/code-host.ts';
import { withinReach, type Connection } from './connection.ts';

/** Who is in a team, for naming who could approve; whether somebody's approval counts is asked of `person`. */
export function teams({ octokit }: Connection): Pick<CodeHost, 'members'> {
  return {
    members: async ({ organisation, slug }) => {
      const listed = await withinReach(
        octokit.paginate(octokit.rest.teams.listMembersInOrg, {
          org: organisation,
          team_slug: slug,
          per_page: 100,
        }),
      );
      return listed?.map(({ login }) => login) ?? null;
    },
  };
}
