import { z } from 'zod';
import { ApiError, notFound } from '../errors.ts';
import { readCommit } from '../git/commits.ts';
import { listRefs, readRef } from '../git/refs.ts';
import {
  input,
  listed,
  numberParam,
  param,
  repositoryRoute,
  requireVisible,
  type Call,
  type Route,
} from '../http/route.ts';
import type { Repository, Role } from '../model.ts';
import { isProtected } from '../operations/branch-rules.ts';
import { NO_PROTECTION, protectBranch, protectionOf, unprotectBranch } from '../operations/protection.ts';
import { editRepository, forkRepository } from '../operations/repositories.ts';
import { foldedPermission, requireRole, roleOf } from '../operations/rights.ts';
import { presentAccount } from '../presenters/account.ts';
import { presentBranch, presentProtection, presentShortBranch } from '../presenters/branch.ts';
import { presentFullRepository } from '../presenters/repository.ts';
import { accountByLogin, type World } from '../world.ts';

const RepositoryBody = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  private: z.boolean().optional(),
  archived: z.boolean().optional(),
  default_branch: z.string().optional(),
  has_issues: z.boolean().optional(),
});

const ProtectionBody = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean(),
      contexts: z.array(z.string()).optional(),
      checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).optional(),
    })
    .nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z
    .object({
      dismiss_stale_reviews: z.boolean().optional(),
      required_approving_review_count: z.number().optional(),
    })
    .nullable(),
  restrictions: z.unknown(),
  allow_force_pushes: z.boolean().nullish(),
  allow_deletions: z.boolean().nullish(),
});

function settingsFrom(body: z.infer<typeof ProtectionBody>) {
  const checks = body.required_status_checks;
  const reviews = body.required_pull_request_reviews;
  const listedChecks =
    checks?.checks ?? (checks?.contexts ?? []).map((context) => ({ context, app_id: null }));
  return {
    ...NO_PROTECTION,
    requiredChecks:
      checks === null
        ? null
        : {
            strict: checks.strict,
            // GitHub writes "any App" as -1 in requests.
            checks: listedChecks.map(({ context, app_id: id }) => ({
              context,
              appId: id === -1 ? null : (id ?? null),
            })),
          },
    requiredReviews:
      reviews === null
        ? null
        : {
            count: reviews.required_approving_review_count ?? 1,
            dismissStale: reviews.dismiss_stale_reviews ?? false,
          },
    enforceAdmins: body.enforce_admins ?? false,
    allowForcePushes: body.allow_force_pushes ?? false,
    allowDeletions: body.allow_deletions ?? false,
  };
}

async function requireBranch(call: Call, repository: Repository): Promise<{ branch: string; sha: string }> {
  const branch = param(call, 'branch');
  const sha = await readRef(call.world.git(repository), `refs/heads/${branch}`);
  if (sha === undefined) throw new ApiError(404, 'Branch not found');
  return { branch, sha };
}

async function listBranches(call: Call, repository: Repository) {
  const refs = await listRefs(call.world.git(repository), 'refs/heads/');
  const wanted = refs.filter(
    ({ ref }) =>
      call.query['protected'] === undefined ||
      isProtected(call.world, repository, ref.slice('refs/heads/'.length)) ===
        (call.query['protected'] === 'true'),
  );
  return listed(call, wanted, ({ ref, sha }) =>
    presentShortBranch(call.world, repository, ref.slice('refs/heads/'.length), sha),
  );
}

function rights(role: Role) {
  const least = {
    pull: 'read',
    triage: 'triage',
    push: 'write',
    maintain: 'maintain',
    admin: 'admin',
  } as const;
  const order: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];
  const has = (wanted: Role): boolean => order.indexOf(role) >= order.indexOf(wanted);
  return {
    pull: has(least.pull),
    triage: has(least.triage),
    push: has(least.push),
    maintain: has(least.maintain),
    admin: has(least.admin),
  };
}

function presentCollaborator(world: World, repository: Repository, login: string) {
  const account = accountByLogin(world, login);
  if (account === undefined) throw notFound();
  const role = roleOf(world, repository, account);
  return { ...presentAccount(world, account), permissions: rights(role), role_name: role };
}

function listCollaborators(call: Call, repository: Repository) {
  const { world } = call;
  requireRole(world, repository, call.actor, 'write');
  const people = [...world.store.accounts.values()].filter(
    (account) =>
      account.type === 'User' &&
      (repository.collaborators.has(account.id) || isInside(world, repository, account.id)),
  );
  return listed(call, people, (account) => presentCollaborator(world, repository, account.login));
}

function isInside(world: World, repository: Repository, userId: number): boolean {
  return (
    repository.ownerId === userId ||
    world.store.memberships.some((one) => one.organisationId === repository.ownerId && one.userId === userId)
  );
}

export const repositoryRoutes: readonly Route[] = [
  repositoryRoute('GET', '', ['metadata:read'], (call, repository) => ({
    body: presentFullRepository(call.world, repository),
  })),
  {
    method: 'GET',
    path: '/repositories/:id',
    need: ['metadata:read'],
    handle: (call) => {
      const repository = call.world.store.repositories.get(numberParam(call, 'id'));
      if (repository === undefined) throw notFound();
      requireVisible(call, repository, false);
      return { body: presentFullRepository(call.world, repository) };
    },
  },
  repositoryRoute('PATCH', '', ['administration:write'], async (call, repository) => {
    const { default_branch: defaultBranch, has_issues: hasIssues, ...body } = input(call, RepositoryBody);
    await editRepository(call.world, repository, { ...body, defaultBranch, hasIssues }, call.actor);
    return { body: presentFullRepository(call.world, repository) };
  }),
  repositoryRoute('POST', '/forks', ['administration:write'], async (call, repository) => {
    const fork = await forkRepository(call.world, repository, call.actor);
    return { status: 202, body: presentFullRepository(call.world, fork) };
  }),
  repositoryRoute('GET', '/branches', ['contents:read'], listBranches),
  repositoryRoute('GET', '/branches/:branch', ['contents:read'], async (call, repository) => {
    const { branch, sha } = await requireBranch(call, repository);
    const commit = await readCommit(call.world.git(repository), sha);
    return { body: presentBranch(call.world, repository, branch, commit) };
  }),
  repositoryRoute('GET', '/branches/:branch/protection', ['administration:read'], (call, repository) => {
    requireRole(call.world, repository, call.actor, 'admin');
    const branch = param(call, 'branch');
    return { body: presentProtection(call.world, repository, branch, protectionOf(repository, branch)) };
  }),
  repositoryRoute(
    'PUT',
    '/branches/:branch/protection',
    ['administration:write'],
    async (call, repository) => {
      const branch = param(call, 'branch');
      const settings = settingsFrom(input(call, ProtectionBody));
      const protection = await protectBranch(call.world, repository, branch, settings, call.actor);
      return { body: presentProtection(call.world, repository, branch, protection) };
    },
  ),
  repositoryRoute('DELETE', '/branches/:branch/protection', ['administration:write'], (call, repository) => {
    unprotectBranch(call.world, repository, param(call, 'branch'), call.actor);
    return { status: 204 };
  }),
  repositoryRoute('GET', '/collaborators', ['metadata:read'], listCollaborators),
  repositoryRoute('GET', '/collaborators/:user', ['metadata:read'], (call, repository) => {
    const account = accountByLogin(call.world, param(call, 'user'));
    if (account === undefined) throw notFound();
    const known = repository.collaborators.has(account.id) || isInside(call.world, repository, account.id);
    if (!known) throw notFound();
    return { status: 204 };
  }),
  repositoryRoute('GET', '/collaborators/:user/permission', ['metadata:read'], (call, repository) => {
    const user = presentCollaborator(call.world, repository, param(call, 'user'));
    const role = user.role_name;
    return { body: { permission: foldedPermission(role), role_name: role, user } };
  }),
];
