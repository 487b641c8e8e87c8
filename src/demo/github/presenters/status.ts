import type { CommitStatus, Deployment, DeploymentStatus, Repository, Sha } from '../model.ts';
import { appById, repositoryById, type World } from '../world.ts';
import { presentAccountById } from './account.ts';
import { presentAppReference } from './app.ts';
import { repositoryApi } from './links.ts';
import { presentMinimalRepository } from './repository.ts';

export function presentStatus(world: World, status: CommitStatus) {
  const creator = presentAccountById(world, status.creatorId);
  return { ...presentSimpleStatus(world, status), creator };
}

function presentSimpleStatus(world: World, status: CommitStatus) {
  const repository = repositoryById(world, status.repositoryId);
  return {
    url: `${repositoryApi(world, repository)}/statuses/${status.sha}`,
    avatar_url: presentAccountById(world, status.creatorId).avatar_url,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

/** The latest status of each context and what they come to. */
export function presentCombinedStatus(
  world: World,
  repository: Repository,
  sha: Sha,
  latest: readonly CommitStatus[],
) {
  const states = new Set(latest.map((status) => status.state));
  const failed = states.has('failure') || states.has('error');
  const passed = states.size > 0 && !states.has('pending');
  const api = repositoryApi(world, repository);
  return {
    state: failed ? 'failure' : passed ? 'success' : 'pending',
    statuses: latest.map((status) => presentSimpleStatus(world, status)),
    sha,
    total_count: latest.length,
    repository: presentMinimalRepository(world, repository),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  };
}

export function presentDeployment(world: World, deployment: Deployment) {
  const repository = repositoryById(world, deployment.repositoryId);
  const api = repositoryApi(world, repository);
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: deployment.nodeId,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: presentAccountById(world, deployment.creatorId),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: viaApp(world, deployment.appId),
  };
}

export function presentDeploymentStatus(world: World, status: DeploymentStatus, deployment: Deployment) {
  const api = repositoryApi(world, repositoryById(world, deployment.repositoryId));
  const deploymentUrl = `${api}/deployments/${deployment.id}`;
  return {
    url: `${deploymentUrl}/statuses/${status.id}`,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    creator: presentAccountById(world, status.creatorId),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl === '' ? deploymentUrl : status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: deploymentUrl,
    repository_url: api,
    ...(status.environmentUrl === '' ? {} : { environment_url: status.environmentUrl }),
    ...(status.logUrl === '' ? {} : { log_url: status.logUrl }),
    performed_via_github_app: viaApp(world, status.appId),
  };
}

function viaApp(world: World, id: number | null) {
  if (id === null) return null;
  // Deployments name the App without its client.
  const { client_id: _client, ...app } = presentAppReference(world, appById(world, id));
  return app;
}
