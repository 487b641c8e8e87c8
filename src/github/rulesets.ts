import type { CodeHost } from '../ports/code-host.ts';
import { isOutOfReach, type Connection } from './connection.ts';
import { mendRuleset, standingRuleset } from './mend-ruleset.ts';

/** Rulesets that the App makes, by their name. */
export function rulesets({
  octokit,
  owner,
  repo,
  app,
  repository,
}: Connection): Pick<CodeHost, 'guardBranch'> {
  return {
    guardBranch: async (wanted) => {
      try {
        const id = await idOf(wanted.name);
        if (id === null) {
          await octokit.request({
            method: 'POST',
            url: '/repos/{owner}/{repo}/rulesets',
            owner,
            repo,
            ...wanted,
          });
          return { kind: 'made' };
        }
        const { data } = await octokit.rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id });
        const about = { appId: app.id, defaultBranch: repository.defaultBranch };
        const { ruleset, tookOff } = mendRuleset(standingRuleset.parse(data), wanted, about);
        const url = '/repos/{owner}/{repo}/rulesets/{ruleset_id}';
        await octokit.request({ method: 'PUT', url, owner, repo, ruleset_id: id, ...ruleset });
        return { kind: 'changed', tookOff };
      } catch (error) {
        if (isOutOfReach(error)) return { kind: 'out-of-reach' };
        throw error;
      }
    },
  };

  async function idOf(name: string): Promise<number | null> {
    const listed = await octokit.paginate(octokit.rest.repos.getRepoRulesets, {
      owner,
      repo,
      includes_parents: false,
      per_page: 100,
    });
    return listed.find((ruleset) => ruleset.name === name)?.id ?? null;
  }
}
