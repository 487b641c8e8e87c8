import { invalid, notFound } from '../errors.ts';
import type { Account, Actor, Team } from '../model.ts';
import { presentAccount, presentOrganisation } from '../presenters/account.ts';
import { presentHookTeam } from '../presenters/team.ts';
import { accountById, accountByLogin, nodeId, timestamp, type World } from '../world.ts';

export interface AccountDetails {
  readonly name?: string;
  readonly email?: string;
}

/** Adds an account. Throws 422 where the login is taken. */
export function createAccount(
  world: World,
  type: Account['type'],
  login: string,
  details: AccountDetails = {},
): Account {
  if (accountByLogin(world, login) !== undefined) throw invalid(`The login ${login} is taken`);
  const id = world.nextId();
  const account: Account = {
    id,
    nodeId: nodeId(type, id),
    login,
    name: details.name ?? null,
    email: details.email ?? null,
    type,
    createdAt: timestamp(world),
  };
  world.store.accounts.set(id, account);
  return account;
}

/** Mints a personal access token for a person. */
export function createUserToken(world: World, user: Account): string {
  const token = `ghp_${world.random().replaceAll('-', '')}`;
  world.store.tokens.set(token, { kind: 'user', token, userId: user.id });
  return token;
}

export function addToOrganisation(
  world: World,
  organisation: Account,
  user: Account,
  role: 'admin' | 'member',
): void {
  removeFromOrganisation(world, organisation, user);
  world.store.memberships.push({ organisationId: organisation.id, userId: user.id, role });
}

function removeFromOrganisation(world: World, organisation: Account, user: Account): void {
  const place = world.store.memberships.findIndex(
    (one) => one.organisationId === organisation.id && one.userId === user.id,
  );
  if (place !== -1) world.store.memberships.splice(place, 1);
}

/** The team of that slug. Throws 404. */
export function teamBySlug(world: World, organisation: Account, slug: string): Team {
  for (const team of world.store.teams.values())
    if (team.organisationId === organisation.id && team.slug === slug) return team;
  throw notFound();
}

export function createTeam(world: World, organisation: Account, name: string): Team {
  const id = world.nextId();
  const slug = name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  const team: Team = {
    id,
    nodeId: nodeId('Team', id),
    organisationId: organisation.id,
    name,
    slug,
    memberIds: new Set(),
    createdAt: timestamp(world),
  };
  world.store.teams.set(id, team);
  return team;
}

/** Puts somebody on a team or takes them off it, and tells the Apps. */
export function setTeamMember(
  world: World,
  team: Team,
  user: Account,
  change: 'added' | 'removed',
  by: Actor,
): void {
  if (change === 'added') team.memberIds.add(user.id);
  else team.memberIds.delete(user.id);
  const organisation = accountById(world, team.organisationId);
  const member = presentAccount(world, user);
  const body = {
    scope: 'team',
    member,
    team: presentHookTeam(world, team),
    organization: presentOrganisation(world, organisation),
  };
  world.emit({
    event: 'membership',
    action: change,
    repository: null,
    organisation,
    sender: by.account,
    body,
  });
}
