import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid } from '../errors.ts';
import { copyBranches, initialise } from '../git/repository.ts';
import { readRef } from '../git/refs.ts';
import type { Account, Actor, Repository, Role, Team } from '../model.ts';
import { presentAccount } from '../presenters/account.ts';
import { presentRepository } from '../presenters/repository.ts';
import { fullName, nodeId, repositoryByName, timestamp, type World } from '../world.ts';
import { foldedPermission, requireRole } from './rights.ts';

export interface NewRepository {
  readonly owner: Account;
  readonly name: string;
  readonly defaultBranch?: string;
  readonly private?: boolean;
  readonly description?: string;
}

/** Makes an empty repository, private unless said otherwise. Throws 422 where the name is taken. */
export async function createRepository(world: World, wanted: NewRepository): Promise<Repository> {
  return addRepository(world, wanted, null);
}

/** Forks a repository into an account that may see it. */
export async function forkRepository(world: World, parent: Repository, by: Actor): Promise<Repository> {
  requireRole(world, parent, by, 'read');
  const { name, defaultBranch } = parent;
  const wanted = { owner: by.account, name, defaultBranch, private: parent.private };
  const fork = await addRepository(world, wanted, parent.id);
  await copyBranches(world.git(parent), world.git(fork));
  return fork;
}

async function addRepository(
  world: World,
  wanted: NewRepository,
  parentId: number | null,
): Promise<Repository> {
  requireFreeName(world, wanted.owner, wanted.name);
  const id = world.nextId();
  const directory = join(world.directory, `${id}.git`);
  const at = timestamp(world);
  const repository: Repository = {
    id,
    nodeId: nodeId('Repository', id),
    ownerId: wanted.owner.id,
    name: wanted.name,
    description: wanted.description ?? null,
    private: wanted.private ?? true,
    archived: false,
    hasIssues: true,
    defaultBranch: wanted.defaultBranch ?? 'main',
    parentId,
    directory,
    collaborators: new Map(),
    teamRoles: new Map(),
    protections: new Map(),
    labels: new Map(),
    pushedAt: at,
    createdAt: at,
    updatedAt: at,
    lastNumber: 0,
    mergeMethods: new Set(['merge', 'squash', 'rebase']),
  };
  await mkdir(directory, { recursive: true });
  await initialise(world.git(repository), repository.defaultBranch);
  world.store.repositories.set(id, repository);
  installOnAll(world, repository);
  return repository;
}

function requireFreeName(world: World, owner: Account, name: string): void {
  if (!/^[\w.-]{1,100}$/.test(name)) throw invalid(`${name} is not a name for a repository`);
  const taken = repositoryByName(world, owner.login, name);
  if (taken !== undefined && fullName(world, taken).toLowerCase() === `${owner.login}/${name}`.toLowerCase())
    throw invalid('Repository creation failed.', [
      {
        resource: 'Repository',
        code: 'custom',
        field: 'name',
        message: 'name already exists on this account',
      },
    ]);
}

/** An installation on all of an account's repositories covers new ones as well. */
function installOnAll(world: World, repository: Repository): void {
  for (const installation of world.store.installations.values())
    if (installation.accountId === repository.ownerId && installation.repositorySelection === 'all')
      installation.repositoryIds.add(repository.id);
}

export interface RepositoryEdit {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly archived?: boolean | undefined;
  readonly hasIssues?: boolean | undefined;
  readonly defaultBranch?: string | undefined;
  readonly private?: boolean | undefined;
}

/** Renames, archives or otherwise edits a repository, and tells the Apps. */
export async function editRepository(
  world: World,
  repository: Repository,
  edit: RepositoryEdit,
  by: Actor,
): Promise<void> {
  requireRole(world, repository, by, 'admin');
  if (edit.defaultBranch !== undefined) await setDefaultBranch(world, repository, edit.defaultBranch, by);
  repository.description = edit.description ?? repository.description;
  repository.private = edit.private ?? repository.private;
  repository.hasIssues = edit.hasIssues ?? repository.hasIssues;
  repository.updatedAt = timestamp(world);
  if (edit.name !== undefined && edit.name !== repository.name) rename(world, repository, edit.name, by);
  if (edit.archived === undefined || edit.archived === repository.archived) return;
  repository.archived = edit.archived;
  tell(world, repository, edit.archived ? 'archived' : 'unarchived', by, {});
}

async function setDefaultBranch(
  world: World,
  repository: Repository,
  branch: string,
  by: Actor,
): Promise<void> {
  if ((await readRef(world.git(repository), `refs/heads/${branch}`)) === undefined)
    throw invalid('Validation Failed', [
      {
        resource: 'Repository',
        code: 'invalid',
        field: 'default_branch',
        message: `${branch} does not exist`,
      },
    ]);
  const from = repository.defaultBranch;
  if (from === branch) return;
  repository.defaultBranch = branch;
  tell(world, repository, 'edited', by, { changes: { default_branch: { from } } });
}

/** Gives a repository to another account, and tells the Apps that can still see it: those that are installed there. */
export function transferRepository(world: World, repository: Repository, to: Account, by: Actor): void {
  requireRole(world, repository, by, 'admin');
  requireFreeName(world, to, repository.name);
  const before = world.store.accounts.get(repository.ownerId);
  world.store.formerNames.set(fullName(world, repository).toLowerCase(), repository.id);
  for (const installation of world.store.installations.values()) {
    if (installation.accountId === repository.ownerId) installation.repositoryIds.delete(repository.id);
  }
  repository.ownerId = to.id;
  if (before === undefined) return;
  const kind = before.type === 'Organization' ? 'organization' : 'user';
  const changes = { owner: { from: { [kind]: presentAccount(world, before) } } };
  tell(world, repository, 'transferred', by, { changes });
}

function rename(world: World, repository: Repository, name: string, by: Actor): void {
  const owner = world.store.accounts.get(repository.ownerId);
  if (owner !== undefined) requireFreeName(world, owner, name);
  const from = repository.name;
  world.store.formerNames.set(fullName(world, repository).toLowerCase(), repository.id);
  repository.name = name;
  tell(world, repository, 'renamed', by, { changes: { repository: { name: { from } } } });
}

function tell(
  world: World,
  repository: Repository,
  action: string,
  by: Actor,
  body: Readonly<Record<string, unknown>>,
): void {
  world.emit({
    event: 'repository',
    action,
    repository,
    sender: by.account,
    body: { ...body, repository: presentRepository(world, repository) },
  });
}

/** Gives somebody a role in a repository; `none` takes it away. Tells the Apps. */
export function setCollaborator(
  world: World,
  repository: Repository,
  account: Account,
  role: Role,
  by: Actor,
): void {
  const before = repository.collaborators.get(account.id);
  if (role === 'none') repository.collaborators.delete(account.id);
  else repository.collaborators.set(account.id, role);
  if ((before ?? 'none') === role) return;
  const action = role === 'none' ? 'removed' : before === undefined ? 'added' : 'edited';
  const from = foldedPermission(before ?? 'none');
  const changes = {
    added: { changes: { role_name: { to: role } } },
    edited: { changes: { old_permission: { from } } },
    removed: {},
  }[action];
  const body = { member: presentAccount(world, account), ...changes };
  world.emit({ event: 'member', action, repository, sender: by.account, body });
}

export function setTeamRole(repository: Repository, team: Team, role: Role): void {
  if (role === 'none') repository.teamRoles.delete(team.id);
  else repository.teamRoles.set(team.id, role);
}
