import type { Team } from '../model.ts';
import { accountById, type World } from '../world.ts';
import { presentFullOrganisation } from './account.ts';
import { apiUrl } from './links.ts';

export function presentTeam(world: World, team: Team) {
  const organisation = accountById(world, team.organisationId);
  const api = `${apiUrl(world)}/organizations/${organisation.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: team.nodeId,
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: 'closed' as const,
    notification_setting: 'notifications_enabled' as const,
    permission: 'pull',
    url: api,
    html_url: `${world.url}/orgs/${organisation.login}/teams/${team.slug}`,
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
    type: 'organization' as const,
    organization_id: organisation.id,
    parent: null,
  };
}

/** "Team Simple". */
export function presentSimpleTeam(world: World, team: Team) {
  const { parent: _parent, ...rest } = presentTeam(world, team);
  return rest;
}

/** "Full Team". */
export function presentFullTeam(world: World, team: Team) {
  const repositories = [...world.store.repositories.values()];
  return {
    ...presentTeam(world, team),
    members_count: team.memberIds.size,
    repos_count: repositories.filter((repository) => repository.teamRoles.has(team.id)).length,
    created_at: team.createdAt,
    updated_at: team.createdAt,
    organization: presentFullOrganisation(world, accountById(world, team.organisationId)),
  };
}

/** The team as webhooks carry it: without the fields that only the API knows. */
export function presentHookTeam(world: World, team: Team) {
  const {
    organization_id: _id,
    type: _type,
    notification_setting: _setting,
    ...rest
  } = presentTeam(world, team);
  return { ...rest, deleted: false };
}
