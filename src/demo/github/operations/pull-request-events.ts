import type { Actor, PullRequest } from '../model.ts';
import { presentHookTeam, presentSimpleTeam } from '../presenters/team.ts';
import { presentPullRequest, teamsAsked } from '../presenters/pull-request.ts';
import { repositoryById, type World } from '../world.ts';

/** Of these GitHub describes the pull request as the API shows it, of the others in a form of its own. */
const asTheApi: ReadonlySet<string> = new Set([
  'opened',
  'edited',
  'closed',
  'reopened',
  'ready_for_review',
  'converted_to_draft',
]);

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
  const teams = teamsAsked(world, pull).map((team) =>
    asTheApi.has(action) ? presentSimpleTeam(world, team) : presentHookTeam(world, team),
  );
  world.emit({
    event: 'pull_request',
    action,
    repository,
    sender: by.account,
    body: { number: pull.issue.number, pull_request: { ...shown, requested_teams: teams }, ...body },
  });
}
