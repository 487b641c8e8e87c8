import type { Actor, BranchProtection, MergeMethod, Repository, RequiredCheck } from '../model.ts';
import type { Ruleset } from '../ruleset-model.ts';
import type { BypassActor, QueueSettings, Rule } from '../ruleset-shape.ts';
import type { World } from '../world.ts';
import { matchesRef } from './ref-patterns.ts';
import { hasRole, isOrganisationAdmin } from './rights.ts';

/** What the classic protection of a branch, or one ruleset, asks of it. */
export interface BranchRules {
  readonly source:
    | { readonly kind: 'protection'; readonly protection: BranchProtection }
    | { readonly kind: 'ruleset'; readonly ruleset: Ruleset };
  readonly requiredChecks: BranchProtection['requiredChecks'];
  readonly requiredReviews: BranchProtection['requiredReviews'];
  readonly allowForcePushes: boolean;
  readonly allowDeletions: boolean;
  /** Null for all that the repository allows. */
  readonly mergeMethods: readonly MergeMethod[] | null;
  readonly queue: QueueSettings | null;
}

/** The active rulesets whose conditions name the branch, oldest first. */
export function rulesetsOn(world: World, repository: Repository, branch: string): Ruleset[] {
  return [...world.store.rulesets.values()].filter(
    ({ repositoryId, settings }) =>
      repositoryId === repository.id &&
      settings.enforcement === 'active' &&
      matchesRef(settings.conditions.ref_name, `refs/heads/${branch}`, repository.defaultBranch),
  );
}

/** Everything that holds on a branch. All of it has to be met. */
export function rulesOn(world: World, repository: Repository, branch: string): BranchRules[] {
  const protection = repository.protections.get(branch);
  const rulesets = rulesetsOn(world, repository, branch).map(rulesOfRuleset);
  return protection === undefined ? rulesets : [rulesOfProtection(protection), ...rulesets];
}

/** Whether anything protects the branch. */
export function isProtected(world: World, repository: Repository, branch: string): boolean {
  return rulesOn(world, repository, branch).length > 0;
}

/** The checks that all rules of a branch together require. */
export function requiredChecksOn(world: World, repository: Repository, branch: string): RequiredCheck[] {
  return rulesOn(world, repository, branch).flatMap(({ requiredChecks }) => requiredChecks?.checks ?? []);
}

/** How the branch's merge queue works; null for a branch without one. */
export function queueOn(world: World, repository: Repository, branch: string): QueueSettings | null {
  return rulesOn(world, repository, branch).find(({ queue }) => queue !== null)?.queue ?? null;
}

function rulesOfProtection(protection: BranchProtection): BranchRules {
  const { requiredChecks, requiredReviews, allowForcePushes, allowDeletions } = protection;
  const own = { requiredChecks, requiredReviews, allowForcePushes, allowDeletions };
  return { source: { kind: 'protection', protection }, ...own, mergeMethods: null, queue: null };
}

function rulesOfRuleset(ruleset: Ruleset): BranchRules {
  const { rules } = ruleset.settings;
  const checks = ruleOf(rules, 'required_status_checks')?.parameters;
  const reviews = ruleOf(rules, 'pull_request')?.parameters;
  return {
    source: { kind: 'ruleset', ruleset },
    requiredChecks:
      checks === undefined
        ? null
        : {
            strict: checks.strict_required_status_checks_policy,
            checks: checks.required_status_checks.map(({ context, integration_id: appId }) => ({
              context,
              appId: appId ?? null,
            })),
          },
    requiredReviews:
      reviews === undefined
        ? null
        : {
            count: reviews.required_approving_review_count,
            dismissStale: reviews.dismiss_stale_reviews_on_push,
          },
    allowForcePushes: ruleOf(rules, 'non_fast_forward') === undefined,
    allowDeletions: ruleOf(rules, 'deletion') === undefined,
    mergeMethods: reviews?.allowed_merge_methods ?? null,
    queue: ruleOf(rules, 'merge_queue')?.parameters ?? null,
  };
}

function ruleOf<T extends Rule['type']>(
  rules: readonly Rule[],
  type: T,
): Extract<Rule, { type: T }> | undefined {
  return rules.find((rule): rule is Extract<Rule, { type: T }> => rule.type === type);
}

/** Whether somebody may pass these rules by: when merging a pull request, or with a push of their own. */
export function mayPass(
  world: World,
  repository: Repository,
  { source }: BranchRules,
  by: Actor,
  act: 'merge' | 'push',
): boolean {
  if (source.kind === 'protection') {
    const isAdmin = by.app === null && hasRole(world, repository, by.account, 'admin');
    return isAdmin && !source.protection.enforceAdmins;
  }
  return source.ruleset.settings.bypass_actors.some(
    (actor) =>
      (act === 'merge' || actor.bypass_mode !== 'pull_request') && isNamed(world, repository, actor, by),
  );
}

/** Whether somebody may bypass a ruleset, in the words of its `current_user_can_bypass`. */
export function bypassOf(
  world: World,
  repository: Repository,
  ruleset: Ruleset,
  by: Actor,
): 'always' | 'pull_requests_only' | 'never' | 'exempt' {
  const modes = ruleset.settings.bypass_actors
    .filter((actor) => isNamed(world, repository, actor, by))
    .map(({ bypass_mode: mode }) => mode);
  if (modes.includes('exempt')) return 'exempt';
  if (modes.includes('always')) return 'always';
  return modes.includes('pull_request') ? 'pull_requests_only' : 'never';
}

/** GitHub's ids of the roles that can be named: each stands for itself and the stronger ones. */
const ROLE_IDS = { 2: 'maintain', 4: 'write', 5: 'admin' } as const;

function isNamed(world: World, repository: Repository, actor: BypassActor, by: Actor): boolean {
  const { actor_id: id } = actor;
  switch (actor.actor_type) {
    case 'Integration':
      return by.app !== null && by.app.id === id;
    case 'OrganizationAdmin':
      return by.app === null && isOrganisationAdmin(world, repository.ownerId, by.account.id);
    case 'RepositoryRole': {
      const role = id === 2 || id === 4 || id === 5 ? ROLE_IDS[id] : null;
      return by.app === null && role !== null && hasRole(world, repository, by.account, role);
    }
    case 'Team':
      return by.app === null && world.store.teams.get(id ?? 0)?.memberIds.has(by.account.id) === true;
    case 'User':
      return by.app === null && by.account.id === id;
    case 'DeployKey':
      return false;
  }
}
