import type { Deployment, DeploymentState, DeploymentStatus, Repository } from '../../model.ts';
import { deploymentStatusesOf } from '../../operations/deployments.ts';
import { accountById, type World } from '../../world.ts';
import { repositoryView, visibleRepository, type Page, type PageContext } from '../context.ts';
import { person, shortSha, webAddress, when } from '../text.ts';
import { marks, type Tone } from './checks.ts';

const tones: Readonly<Record<DeploymentState, Tone>> = {
  success: 'good',
  error: 'bad',
  failure: 'bad',
  inactive: 'quiet',
  in_progress: 'busy',
  queued: 'busy',
  pending: 'busy',
};

/** Deployments by environment, the newest first. */
export function deploymentsPage(context: PageContext, owner: string, name: string): Page {
  const { world } = context;
  const repository = visibleRepository(context, owner, name);
  const all = [...world.store.deployments.values()]
    .filter((one) => one.repositoryId === repository.id)
    .reverse();
  const environments = [...new Set(all.map((one) => one.environment))].sort().map((environment) => ({
    name: environment,
    deployments: all
      .filter((one) => one.environment === environment)
      .map((one) => deploymentView(world, repository, one)),
  }));
  const view = { repository: repositoryView(world, repository), environments };
  return { title: `Deployments · ${owner}/${name}`, template: 'deployments', view };
}

function deploymentView(world: World, repository: Repository, deployment: Deployment) {
  const { path } = repositoryView(world, repository);
  const statuses = deploymentStatusesOf(world, deployment);
  const latest = [...statuses].sort((one, other) => other.id - one.id)[0];
  return {
    // A deployment of a commit names it once.
    ref: deployment.ref === deployment.sha ? '' : deployment.ref,
    sha: shortSha(deployment.sha),
    commit: `${path}/commit/${deployment.sha}`,
    description: deployment.description === latest?.description ? '' : (deployment.description ?? ''),
    creator: person(accountById(world, deployment.creatorId)),
    at: when(deployment.createdAt),
    ...statusView(latest),
  };
}

function statusView(status: DeploymentStatus | undefined) {
  const tone = status === undefined ? 'busy' : tones[status.state];
  return {
    tone,
    mark: marks[tone],
    state: (status?.state ?? 'pending').replaceAll('_', ' '),
    says: status?.description ?? '',
    log: webAddress(status?.logUrl ?? null),
    environmentUrl: webAddress(status?.environmentUrl ?? null),
  };
}
