import { ApiError, notFound } from '../errors.ts';
import { readRef } from '../git/refs.ts';
import type { Actor, BranchProtection, Repository } from '../model.ts';
import { presentProtectionRule } from '../presenters/branch.ts';
import { timestamp, type World } from '../world.ts';
import { requireRole } from './rights.ts';

export type ProtectionSettings = Omit<BranchProtection, 'id' | 'createdAt' | 'updatedAt'>;

export const NO_PROTECTION: ProtectionSettings = {
  requiredChecks: null,
  requiredReviews: null,
  enforceAdmins: false,
  allowForcePushes: false,
  allowDeletions: false,
};

/** Protects a branch, replacing the protection it has. Needs admin. Throws 404 where there is no such branch. */
export async function protectBranch(
  world: World,
  repository: Repository,
  branch: string,
  settings: ProtectionSettings,
  by: Actor,
): Promise<BranchProtection> {
  requireRole(world, repository, by, 'admin');
  if ((await readRef(world.git(repository), `refs/heads/${branch}`)) === undefined)
    throw new ApiError(404, 'Branch not found');
  const before = repository.protections.get(branch);
  const at = timestamp(world);
  const id = before?.id ?? world.nextId();
  const protection = { id, ...settings, createdAt: before?.createdAt ?? at, updatedAt: at };
  repository.protections.set(branch, protection);
  tell(world, repository, branch, protection, before === undefined ? 'created' : 'edited', by);
  return protection;
}

/** Throws 404 for a branch without protection. */
export function protectionOf(repository: Repository, branch: string): BranchProtection {
  const protection = repository.protections.get(branch);
  if (protection === undefined) throw new ApiError(404, 'Branch not protected');
  return protection;
}

export function unprotectBranch(world: World, repository: Repository, branch: string, by: Actor): void {
  requireRole(world, repository, by, 'admin');
  const before = repository.protections.get(branch);
  if (before === undefined) throw notFound();
  repository.protections.delete(branch);
  tell(world, repository, branch, before, 'deleted', by);
}

function tell(
  world: World,
  repository: Repository,
  branch: string,
  protection: BranchProtection,
  action: string,
  by: Actor,
): void {
  const rule = presentProtectionRule(repository, branch, protection);
  const changes = action === 'edited' ? { changes: {} } : {};
  world.emit({
    event: 'branch_protection_rule',
    action,
    repository,
    sender: by.account,
    body: { rule, ...changes },
  });
}
