import { ApiError } from '../errors.ts';
import { ROLES, type Account, type Actor, type Repository, type Role } from '../model.ts';
import { accountById, type World } from '../world.ts';

/** The stronger of two roles. */
function stronger(one: Role, other: Role): Role {
  return ROLES.indexOf(one) >= ROLES.indexOf(other) ? one : other;
}

export function isOrganisationAdmin(world: World, organisationId: number, userId: number): boolean {
  return world.store.memberships.some(
    (one) => one.organisationId === organisationId && one.userId === userId && one.role === 'admin',
  );
}

/** What an account may do in a repository: by owning it, by its organisation, as a collaborator, through teams. */
export function roleOf(world: World, repository: Repository, account: Account): Role {
  if (repository.ownerId === account.id) return 'admin';
  if (isOrganisationAdmin(world, repository.ownerId, account.id)) return 'admin';
  let role: Role = repository.private || account.type === 'Bot' ? 'none' : 'read';
  const member = world.store.memberships.some(
    (one) => one.organisationId === repository.ownerId && one.userId === account.id,
  );
  // An organisation's base permission is "read" unless it was changed.
  if (member) role = stronger(role, 'read');
  role = stronger(role, repository.collaborators.get(account.id) ?? 'none');
  for (const [teamId, teamRole] of repository.teamRoles)
    if (world.store.teams.get(teamId)?.memberIds.has(account.id) === true) role = stronger(role, teamRole);
  return role;
}

export function hasRole(world: World, repository: Repository, account: Account, least: Role): boolean {
  return ROLES.indexOf(roleOf(world, repository, account)) >= ROLES.indexOf(least);
}

/**
 * Throws where a person lacks the role (404 where they cannot even see the repository, else 403), or where the
 * repository is archived and they want to write. What an App may do is decided by its token's permissions.
 */
export function requireRole(world: World, repository: Repository, by: Actor, least: Role): void {
  if (by.app === null && !hasRole(world, repository, by.account, 'read'))
    throw new ApiError(404, 'Not Found');
  if (by.app === null && !hasRole(world, repository, by.account, least))
    throw new ApiError(
      403,
      `Must have ${least === 'admin' ? 'admin rights' : `${least} access`} to Repository.`,
    );
}

/** Throws 403 for an archived repository, which takes no writes. */
export function requireUnarchived(repository: Repository): void {
  if (repository.archived) throw new ApiError(403, 'Repository was archived so is read-only.');
}

/** The legacy `permission` of the collaborators API, which knows four values alone. */
export function foldedPermission(role: Role): 'admin' | 'write' | 'read' | 'none' {
  switch (role) {
    case 'admin':
      return 'admin';
    case 'maintain':
    case 'write':
      return 'write';
    case 'triage':
    case 'read':
      return 'read';
    case 'none':
      return 'none';
  }
}

export type Association =
  'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'FIRST_TIME_CONTRIBUTOR' | 'NONE';

/** `author_association`. As on GitHub it says less than the permission API and must not be trusted. */
export function associationOf(world: World, repository: Repository, authorId: number): Association {
  if (repository.ownerId === authorId) return 'OWNER';
  const member = world.store.memberships.some(
    (one) => one.organisationId === repository.ownerId && one.userId === authorId,
  );
  if (member) return 'MEMBER';
  if (repository.collaborators.has(authorId)) return 'COLLABORATOR';
  return hasContributed(world, repository, authorId) ? 'CONTRIBUTOR' : 'NONE';
}

/** The same of who opened a pull request: there somebody from outside without commits so far is called new. */
export function pullAssociationOf(world: World, repository: Repository, authorId: number): Association {
  const association = associationOf(world, repository, authorId);
  const isPerson = accountById(world, authorId).type === 'User';
  return association === 'NONE' && isPerson ? 'FIRST_TIME_CONTRIBUTOR' : association;
}

/** Whether a pull request of theirs was merged here, or they once pushed to the default branch. */
function hasContributed(world: World, repository: Repository, userId: number): boolean {
  const { pullRequests, activities } = world.store;
  const merged = [...pullRequests.values()].some(
    ({ base, issue, merge }) =>
      base.repositoryId === repository.id && issue.authorId === userId && merge !== null,
  );
  const branch = `refs/heads/${repository.defaultBranch}`;
  return (
    merged ||
    activities.some(
      (one) => one.repositoryId === repository.id && one.ref === branch && one.actorId === userId,
    )
  );
}
