import { z } from 'zod';
import type { BranchGuards, Bypass, Guard } from '../domain/branch-guards.ts';
import type { CodeHost } from '../ports/code-host.ts';
import { orNull, statusOf, type Connection } from './connection.ts';

const protectionSchema = z.object({
  required_status_checks: z
    .object({
      contexts: z.array(z.string()).default([]),
      checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).optional(),
    })
    .nullish(),
  required_pull_request_reviews: z.object({ dismiss_stale_reviews: z.boolean().default(false) }).nullish(),
  enforce_admins: z.object({ enabled: z.boolean() }).nullish(),
  allow_force_pushes: z.object({ enabled: z.boolean() }).nullish(),
  allow_deletions: z.object({ enabled: z.boolean() }).nullish(),
});

const branchRules = z.array(
  z.object({ type: z.string(), ruleset_id: z.number(), parameters: z.unknown().optional() }),
);

const checksParameters = z.object({
  required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().nullish() })),
});

const reviewParameters = z.object({ dismiss_stale_reviews_on_push: z.boolean().default(false) });

const rulesetSchema = z.object({
  name: z.string(),
  bypass_actors: z.array(z.object({ actor_id: z.number().nullish(), actor_type: z.string() })).nullish(),
});

/** How GitHub guards a branch: by its classic protection, and by rulesets of the repository and of its organisation. */
export function branchGuards(connection: Connection): Pick<CodeHost, 'branchGuards'> {
  const { octokit, owner, repo, app } = connection;
  return {
    branchGuards: async (branch) => {
      const [classic, rulesets] = await Promise.all([
        looked('the classic branch protection', 'the App needs administration: read', () =>
          protectionOf(branch),
        ),
        looked('the rulesets', 'the App needs metadata: read', () => rulesetsOn(branch)),
      ]);
      return {
        appId: app.id,
        guards: [...classic.guards, ...rulesets.guards],
        unread: [...classic.unread, ...rulesets.unread],
      };
    },
  };

  async function protectionOf(branch: string): Promise<readonly Guard[]> {
    const found = await orNull(octokit.rest.repos.getBranchProtection({ owner, repo, branch }));
    if (found === null) return [];
    const protection = protectionSchema.parse(found.data);
    const required = protection.required_status_checks;
    const listed = required?.checks ?? required?.contexts.map((context) => ({ context, app_id: null })) ?? [];
    return [
      {
        kind: 'protection',
        name: '',
        checks: listed.map(({ context, app_id: appId }) => ({ context, appId: appId ?? null })),
        blocksForcePushes: protection.allow_force_pushes?.enabled !== true,
        blocksDeletions: protection.allow_deletions?.enabled !== true,
        dismissesStale: protection.required_pull_request_reviews?.dismiss_stale_reviews === true,
        passedBy: protection.enforce_admins?.enabled === true ? [] : [{ kind: 'administrators', id: null }],
      },
    ];
  }

  async function rulesetsOn(branch: string): Promise<readonly Guard[]> {
    const listed = await octokit.paginate(octokit.rest.repos.getBranchRules, {
      owner,
      repo,
      branch,
      per_page: 100,
    });
    const rules = branchRules.parse(listed);
    const ids = [...new Set(rules.map(({ ruleset_id: id }) => id))];
    return Promise.all(
      ids.map(async (id) => ({
        ...guardOf(rules.filter(({ ruleset_id: of }) => of === id)),
        ...(await whoseRuleset(id)),
      })),
    );
  }

  /** GitHub leaves the bypass list out where the App may not change the ruleset. */
  async function whoseRuleset(id: number): Promise<Pick<Guard, 'name' | 'passedBy'>> {
    const found = await orNull(
      octokit.rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id }),
      [403, 404],
    );
    if (found === null) return { name: String(id), passedBy: null };
    const { name, bypass_actors: actors } = rulesetSchema.parse(found.data);
    return {
      name,
      passedBy: actors?.map(({ actor_type: type, actor_id: of }) => bypassOf(type, of ?? null)) ?? null,
    };
  }
}

type Looked = Pick<BranchGuards, 'guards' | 'unread'>;

/** What was found, or that it could not be looked at; GitHub says so by a 403, also where a plan of its does not have it. */
async function looked(what: string, needs: string, look: () => Promise<readonly Guard[]>): Promise<Looked> {
  try {
    return { guards: await look(), unread: [] };
  } catch (error) {
    if (statusOf(error) !== 403 || !(error instanceof Error)) throw error;
    if (/not accessible/i.test(error.message)) return { guards: [], unread: [{ what, needs }] };
    if (!/upgrade to/i.test(error.message)) throw error;
    return {
      guards: [],
      unread: [{ what, needs: 'GitHub offers it for this repository on a larger plan alone' }],
    };
  }
}

function guardOf(rules: z.infer<typeof branchRules>): Omit<Guard, 'name' | 'passedBy'> {
  const of = (type: string) => rules.filter((rule) => rule.type === type).map(({ parameters }) => parameters);
  return {
    kind: 'ruleset',
    checks: of('required_status_checks').flatMap((parameters) =>
      checksParameters.parse(parameters).required_status_checks.map(({ context, integration_id: appId }) => ({
        context,
        appId: appId ?? null,
      })),
    ),
    blocksForcePushes: of('non_fast_forward').length > 0,
    blocksDeletions: of('deletion').length > 0,
    dismissesStale: of('pull_request').some(
      (parameters) => reviewParameters.parse(parameters ?? {}).dismiss_stale_reviews_on_push,
    ),
  };
}

const bypassKinds: Readonly<Record<string, Bypass['kind']>> = {
  OrganizationAdmin: 'organisation-owners',
  RepositoryRole: 'role',
  Team: 'team',
  Integration: 'app',
  DeployKey: 'deploy-keys',
};

/** Of a kind that is not known, as a user: somebody may pass in any case. */
export function bypassOf(type: string, id: number | null): Bypass {
  return { kind: bypassKinds[type] ?? 'user', id };
}
