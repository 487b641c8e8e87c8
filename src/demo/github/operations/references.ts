import { ApiError, invalid } from '../errors.ts';
import { isAncestor } from '../git/commits.ts';
import { objectType } from '../git/objects.ts';
import { isValidRefName, readRef, ZERO_SHA, type GitRef } from '../git/refs.ts';
import type { Actor, Repository, Sha } from '../model.ts';
import type { World } from '../world.ts';
import { mayPass, rulesOn, type BranchRules } from './branch-rules.ts';
import { verdictOf } from './check-lookup.ts';
import { push } from './push.ts';
import { requireNotQueued } from './queue-entries.ts';
import { requireRole, requireUnarchived } from './rights.ts';

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
  requireNotQueued(world, repository, branch);
  for (const rules of rulesOn(world, repository, branch)) {
    if (rules.allowDeletions) continue;
    // Classic protection binds administrators too here.
    if (rules.source.kind === 'protection') throw invalid(`Cannot delete a protected branch: ${ref}`);
    if (!mayPass(world, repository, rules, by, 'push'))
      throw invalid(`${RULE_VIOLATIONS}\n\nCannot delete this branch`);
  }
  await push(world, repository, { ref, before, after: ZERO_SHA, by });
}

/** How GitHub begins its answer where a ruleset forbids something. */
export const RULE_VIOLATIONS = 'Repository rule violations found';

/** Throws 422 or 409 where the branch's rules refuse a direct push of that commit by that person. */
export function requirePushable(
  world: World,
  repository: Repository,
  ref: string,
  sha: Sha,
  forward: boolean,
  by: Actor,
): void {
  if (!ref.startsWith('refs/heads/')) return;
  const branch = ref.slice('refs/heads/'.length);
  requireNotQueued(world, repository, branch);
  for (const rules of rulesOn(world, repository, branch)) {
    const isClassic = rules.source.kind === 'protection';
    const passes = mayPass(world, repository, rules, by, 'push');
    // By classic protection force pushes are refused to administrators too, unless they are allowed to all.
    if (!forward && !rules.allowForcePushes && (isClassic || !passes))
      throw invalid(
        isClassic
          ? `Cannot force-push to this protected branch: ${ref}`
          : `${RULE_VIOLATIONS}\n\nCannot force-push to this branch`,
      );
    const refusal = passes ? undefined : pushRefusal(world, repository, rules, sha);
    if (refusal !== undefined)
      throw new ApiError(409, isClassic ? refusal : `${RULE_VIOLATIONS}\n\n${refusal}`);
  }
}

function pushRefusal(
  world: World,
  repository: Repository,
  { queue, requiredReviews, requiredChecks }: BranchRules,
  sha: Sha,
): string | undefined {
  if (queue !== null) return 'Changes must be made through the merge queue';
  if (requiredReviews !== null) return 'Changes must be made through a pull request.';
  const missing = requiredChecks?.checks.find(
    (check) => verdictOf(world, repository, sha, check) !== 'passed',
  );
  return missing === undefined ? undefined : `Required status check "${missing.context}" is expected.`;
}
