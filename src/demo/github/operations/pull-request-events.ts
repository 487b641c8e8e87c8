import type { Actor, PullRequest } from '../model.ts';
import { presentHookTeam } from '../presenters/team.ts';
import { presentPullRequest } from '../presenters/pull-request.ts';
import { repositoryById, type World } from '../world.ts';

/** Sends `pull_request` with that action. */
export async function tellPullRequest(
  world: World,
  pull: PullRequest,
  action: string,
  by: Actor,
  body: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const repository = repositoryById(world, pull.base.repositoryId);
  const shown = await presentPullRequest(world, pull);
  const asked = [...pull.requestedTeamIds].flatMap((id) => world.store.teams.get(id) ?? []);
  const teams = asked.map((team) => presentHookTeam(world, team));
  world.emit({
    event: 'pull_request',
    action,
    repository,
    sender: by.account,
    body: { number: pull.issue.number, pull_request: { ...shown, requested_teams: teams }, ...body },
  });
}
