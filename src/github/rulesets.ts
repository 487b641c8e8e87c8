import { z } from 'zod';
import type { GuardingRuleset } from '../domain/guarding-ruleset.ts';
import type { CodeHost } from '../ports/code-host.ts';
import { isOutOfReach, type Connection } from './connection.ts';

const standing = z.object({
  rules: z.array(z.looseObject({ type: z.string(), parameters: z.unknown().optional() })).default([]),
});

const checksIn = z.object({
  required_status_checks: z.array(z.looseObject({ context: z.string() })),
});

/** Rulesets that the App makes, by their name. */
export function rulesets({ octokit, owner, repo }: Connection): Pick<CodeHost, 'guardBranch'> {
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
          return 'made';
        }
        const { data } = await octokit.rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id });
        const rules = rulesKept(standing.parse(data).rules, wanted);
        const url = '/repos/{owner}/{repo}/rulesets/{ruleset_id}';
        await octokit.request({ method: 'PUT', url, owner, repo, ruleset_id: id, ...wanted, rules });
        return 'changed';
      } catch (error) {
        if (isOutOfReach(error)) return 'out-of-reach';
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

/** What somebody added to the ruleset stays: rules of other kinds, and other checks. */
function rulesKept(before: z.infer<typeof standing>['rules'], { rules }: GuardingRuleset): readonly object[] {
  const [deletion, force, required] = rules;
  const own = new Set(rules.map(({ type }) => type as string));
  const asked = required.parameters.required_status_checks;
  const checks = before
    .filter(({ type }) => type === required.type)
    .flatMap(({ parameters }) => checksIn.parse(parameters).required_status_checks)
    .filter(({ context }) => !asked.some((one) => one.context === context));
  const withChecks = {
    ...required,
    parameters: { ...required.parameters, required_status_checks: [...asked, ...checks] },
  };
  return [deletion, force, withChecks, ...before.filter(({ type }) => !own.has(type))];
}
