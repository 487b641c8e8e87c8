import type { GitCommit } from '../git/commits.ts';
import type { BranchProtection, Repository, Sha } from '../model.ts';
import { isProtected } from '../operations/branch-rules.ts';
import type { World } from '../world.ts';
import { presentCommit } from './commit.ts';
import { encodePath, repositoryApi, repositoryPage } from './links.ts';

function branchApi(world: World, repository: Repository, branch: string): string {
  return `${repositoryApi(world, repository)}/branches/${encodePath(branch)}`;
}

function shortProtection(protection: BranchProtection | undefined) {
  const checks = protection?.requiredChecks?.checks ?? [];
  const level = checks.length === 0 ? 'off' : protection?.enforceAdmins === true ? 'everyone' : 'non_admins';
  return {
    enabled: protection !== undefined,
    required_status_checks: {
      enforcement_level: level,
      contexts: checks.map((check) => check.context),
      checks: checks.map((check) => ({ context: check.context, app_id: check.appId })),
    },
  };
}

/** "Short Branch", as the list of branches shows it. */
export function presentShortBranch(world: World, repository: Repository, branch: string, sha: Sha) {
  const protection = repository.protections.get(branch);
  return {
    name: branch,
    commit: { sha, url: `${repositoryApi(world, repository)}/commits/${sha}` },
    protected: isProtected(world, repository, branch),
    protection: shortProtection(protection),
    protection_url: `${branchApi(world, repository, branch)}/protection`,
  };
}

export function presentBranch(world: World, repository: Repository, branch: string, commit: GitCommit) {
  const api = branchApi(world, repository, branch);
  return {
    name: branch,
    commit: presentCommit(world, repository, commit),
    _links: { self: api, html: `${repositoryPage(world, repository)}/tree/${encodePath(branch)}` },
    protected: isProtected(world, repository, branch),
    protection: shortProtection(repository.protections.get(branch)),
    protection_url: `${api}/protection`,
  };
}

export function presentProtection(
  world: World,
  repository: Repository,
  branch: string,
  protection: BranchProtection,
) {
  const url = `${branchApi(world, repository, branch)}/protection`;
  const { requiredChecks, requiredReviews } = protection;
  return {
    url,
    ...(requiredChecks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: requiredChecks.strict,
            contexts: requiredChecks.checks.map((check) => check.context),
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: requiredChecks.checks.map((check) => ({ context: check.context, app_id: check.appId })),
          },
        }),
    ...(requiredReviews === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: requiredReviews.dismissStale,
            require_code_owner_reviews: false,
            require_last_push_approval: false,
            required_approving_review_count: requiredReviews.count,
          },
        }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}

/** The classic protection as the rule that `branch_protection_rule` webhooks carry. */
export function presentProtectionRule(repository: Repository, branch: string, protection: BranchProtection) {
  const { requiredChecks, requiredReviews } = protection;
  const level = (on: boolean): string => (!on ? 'off' : protection.enforceAdmins ? 'everyone' : 'non_admins');
  return {
    id: protection.id,
    repository_id: repository.id,
    name: branch,
    created_at: protection.createdAt,
    updated_at: protection.updatedAt,
    pull_request_reviews_enforcement_level: level(requiredReviews !== null),
    required_approving_review_count: requiredReviews?.count ?? 0,
    dismiss_stale_reviews_on_push: requiredReviews?.dismissStale ?? false,
    require_code_owner_review: false,
    authorized_dismissal_actors_only: false,
    ignore_approvals_from_contributors: false,
    required_status_checks: requiredChecks?.checks.map((check) => check.context) ?? [],
    required_status_checks_enforcement_level: level(requiredChecks !== null),
    strict_required_status_checks_policy: requiredChecks?.strict ?? false,
    signature_requirement_enforcement_level: 'off',
    linear_history_requirement_enforcement_level: 'off',
    admin_enforced: protection.enforceAdmins,
    allow_force_pushes_enforcement_level: protection.allowForcePushes ? 'everyone' : 'off',
    allow_deletions_enforcement_level: protection.allowDeletions ? 'everyone' : 'off',
    merge_queue_enforcement_level: 'off',
    required_deployments_enforcement_level: 'off',
    required_conversation_resolution_level: 'off',
    authorized_actors_only: false,
    authorized_actor_names: [],
    create_protected: false,
    lock_branch_enforcement_level: 'off',
    lock_allows_fork_sync: false,
    require_last_push_approval: false,
  };
}
