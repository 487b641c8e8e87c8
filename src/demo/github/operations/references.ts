import { ApiError, invalid } from '../errors.ts';
import { isAncestor } from '../git/commits.ts';
import { objectType } from '../git/objects.ts';
import { isValidRefName, readRef, ZERO_SHA, type GitRef } from '../git/refs.ts';
import type { Actor, Repository, Sha } from '../model.ts';
import type { World } from '../world.ts';
import { verdictOf } from './check-lookup.ts';
import { push } from './push.ts';
import { hasRole, requireRole, requireUnarchived } from './rights.ts';

/** Makes a branch or tag. Throws 422 where it exists, its name is none, or the object is no commit. */
export async function createReference(
  world: World,
  repository: Repository,
  wanted: { ref: string; sha: Sha },
  by: Actor,
): Promise<GitRef> {
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  const git = world.git(repository);
  if (!/^refs\/(heads|tags)\/./.test(wanted.ref) || !(await isValidRefName(git, wanted.ref)))
    throw invalid('Reference name is invalid: it must be fully qualified, as in refs/heads/main');
  if ((await objectType(git, wanted.sha)) !== 'commit') throw invalid('Object does not exist');
  if ((await readRef(git, wanted.ref)) !== undefined) throw invalid('Reference already exists');
  await push(world, repository, { ref: wanted.ref, before: ZERO_SHA, after: wanted.sha, by });
  return { ...wanted, type: 'commit' };
}

/** Moves a ref. Throws 422 where it is none, is protected, or would lose commits without `force`. */
export async function updateReference(
  world: World,
  repository: Repository,
  wanted: { ref: string; sha: Sha; force: boolean },
  by: Actor,
): Promise<GitRef> {
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  const git = world.git(repository);
  const before = await readRef(git, wanted.ref);
  if (before === undefined) throw invalid('Reference does not exist');
  if ((await objectType(git, wanted.sha)) !== 'commit') throw invalid('Object does not exist');
  const forward = await isAncestor(git, before, wanted.sha);
  if (!forward && !wanted.force) throw invalid('Update is not a fast forward');
  requirePushable(world, repository, wanted.ref, wanted.sha, forward, by);
  await push(world, repository, { ref: wanted.ref, before, after: wanted.sha, by });
  return { ref: wanted.ref, sha: wanted.sha, type: 'commit' };
}

/** Removes a ref. Throws 422 where there is none or it is protected. */
export async function deleteReference(
  world: World,
  repository: Repository,
  ref: string,
  by: Actor,
): Promise<void> {
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  const before = await readRef(world.git(repository), ref);
  if (before === undefined) throw invalid('Reference does not exist');
  const branch = ref.replace(/^refs\/heads\//, '');
  if (branch === repository.defaultBranch) throw invalid('Cannot delete the default branch');
  if (repository.protections.get(branch)?.allowDeletions === false)
    throw invalid(`Cannot delete a protected branch: ${ref}`);
  await push(world, repository, { ref, before, after: ZERO_SHA, by });
}

/** Throws 422 where branch protection refuses a direct push of that commit by that person. */
export function requirePushable(
  world: World,
  repository: Repository,
  ref: string,
  sha: Sha,
  forward: boolean,
  by: Actor,
): void {
  const protection = repository.protections.get(ref.replace(/^refs\/heads\//, ''));
  if (protection === undefined) return;
  // Force pushes are refused to administrators too, unless they are allowed to all.
  if (!forward && !protection.allowForcePushes)
    throw invalid(`Cannot force-push to this protected branch: ${ref}`);
  const bypasses = by.app === null && hasRole(world, repository, by.account, 'admin');
  if (bypasses && !protection.enforceAdmins) return;
  if (protection.requiredReviews !== null)
    throw new ApiError(409, 'Changes must be made through a pull request.');
  for (const check of protection.requiredChecks?.checks ?? [])
    if (verdictOf(world, repository, sha, check) !== 'passed')
      throw new ApiError(409, `Required status check "${check.context}" is expected.`);
}
