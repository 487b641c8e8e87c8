import { ApiError, invalid, notFound } from '../errors.ts';
import { resolveCommit } from '../git/objects.ts';
import type {
  Actor,
  CommitStatus,
  Deployment,
  DeploymentState,
  DeploymentStatus,
  Repository,
  Sha,
} from '../model.ts';
import { presentDeployment, presentDeploymentStatus } from '../presenters/status.ts';
import { nodeId, repositoryById, timestamp, type World } from '../world.ts';
import { checkRunsOf, latestRuns, latestStatuses, verdictOf } from './check-lookup.ts';
import { requireRole, requireUnarchived } from './rights.ts';

const LONGEST_DESCRIPTION = 140;

function requireShort(resource: string, description: string | null): void {
  if (description === null || description.length <= LONGEST_DESCRIPTION) return;
  const message = `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`;
  throw invalid('Validation Failed', [{ resource, code: 'custom', field: 'description', message }]);
}

export interface NewStatus {
  readonly sha: Sha;
  readonly state: CommitStatus['state'];
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

/** Posts a commit status. Needs write. */
export function createStatus(
  world: World,
  repository: Repository,
  wanted: NewStatus,
  by: Actor,
): CommitStatus {
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  requireShort('Status', wanted.description);
  const id = world.nextId();
  const status: CommitStatus = {
    id,
    nodeId: nodeId('StatusContext', id),
    repositoryId: repository.id,
    creatorId: by.account.id,
    createdAt: timestamp(world),
    ...wanted,
  };
  world.store.statuses.push(status);
  return status;
}

export interface NewDeployment {
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
  /** Undefined: everything that was posted on the commit must have passed. */
  readonly requiredContexts: readonly string[] | undefined;
}

/** Records a deployment. Throws 409 where required contexts did not pass, 422 where there is no such ref. */
export async function createDeployment(
  world: World,
  repository: Repository,
  wanted: NewDeployment,
  by: Actor,
): Promise<Deployment> {
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  requireShort('Deployment', wanted.description);
  const sha = await resolveCommit(world.git(repository), wanted.ref);
  if (sha === undefined) throw invalid(`No ref found for: ${wanted.ref}`);
  requireContexts(world, repository, sha, wanted.requiredContexts);
  const id = world.nextId();
  const at = timestamp(world);
  const { requiredContexts: _contexts, ...rest } = wanted;
  const deployment: Deployment = {
    id,
    nodeId: nodeId('Deployment', id),
    repositoryId: repository.id,
    sha,
    creatorId: by.account.id,
    appId: by.app?.id ?? null,
    createdAt: at,
    updatedAt: at,
    ...rest,
  };
  world.store.deployments.set(id, deployment);
  tellDeployment(world, deployment, by);
  return deployment;
}

function requireContexts(
  world: World,
  repository: Repository,
  sha: Sha,
  asked: readonly string[] | undefined,
): void {
  const posted = [
    ...latestRuns(checkRunsOf(world, repository, sha)).map((run) => run.name),
    ...latestStatuses(world, repository, sha).map((status) => status.context),
  ];
  const unmet = [...new Set(asked ?? posted)].filter(
    (context) => verdictOf(world, repository, sha, { context, appId: null }) !== 'passed',
  );
  if (unmet.length === 0) return;
  throw new ApiError(409, `Conflict: Commit status checks failed for ${sha}`, [
    {
      contexts: unmet.map((context) => ({ context })),
      resource: 'Deployment',
      field: 'required_contexts',
      code: 'invalid',
    },
  ]);
}

function tellDeployment(world: World, deployment: Deployment, by: Actor): void {
  const repository = repositoryById(world, deployment.repositoryId);
  world.emit({
    event: 'deployment',
    action: 'created',
    repository,
    sender: by.account,
    body: { deployment: presentDeployment(world, deployment), workflow: null, workflow_run: null },
  });
}

/** The deployment of that id in that repository. Throws 404. */
export function deploymentById(world: World, repository: Repository, id: number): Deployment {
  const deployment = world.store.deployments.get(id);
  if (deployment?.repositoryId !== repository.id) throw notFound();
  return deployment;
}

export function deploymentStatusesOf(world: World, deployment: Deployment): DeploymentStatus[] {
  return world.store.deploymentStatuses.filter((status) => status.deploymentId === deployment.id).reverse();
}

export interface NewDeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly autoInactive: boolean;
}

/** Says how a deployment goes. A success makes the environment's earlier ones inactive, unless told otherwise. */
export function createDeploymentStatus(
  world: World,
  deployment: Deployment,
  wanted: NewDeploymentStatus,
  by: Actor,
): DeploymentStatus {
  const repository = repositoryById(world, deployment.repositoryId);
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  requireShort('DeploymentStatus', wanted.description);
  const status = addStatus(world, deployment, wanted, by);
  if (wanted.state === 'success' && wanted.autoInactive) inactivateEarlier(world, deployment, by);
  tellStatus(world, deployment, status, by);
  return status;
}

function addStatus(
  world: World,
  deployment: Deployment,
  wanted: NewDeploymentStatus,
  by: Actor,
): DeploymentStatus {
  const id = world.nextId();
  const status: DeploymentStatus = {
    id,
    nodeId: nodeId('DeploymentStatus', id),
    deploymentId: deployment.id,
    state: wanted.state,
    description: wanted.description,
    environment: deployment.environment,
    logUrl: wanted.logUrl,
    environmentUrl: wanted.environmentUrl,
    creatorId: by.account.id,
    appId: by.app?.id ?? null,
    createdAt: timestamp(world),
  };
  world.store.deploymentStatuses.push(status);
  deployment.updatedAt = status.createdAt;
  return status;
}

/** GitHub's `auto_inactive`: earlier successes that are neither transient nor production. */
function inactivateEarlier(world: World, deployment: Deployment, by: Actor): void {
  for (const other of world.store.deployments.values()) {
    const earlier =
      other.id < deployment.id &&
      other.repositoryId === deployment.repositoryId &&
      other.environment === deployment.environment;
    if (!earlier || other.transient || other.production) continue;
    if (deploymentStatusesOf(world, other)[0]?.state !== 'success') continue;
    addStatus(
      world,
      other,
      { state: 'inactive', description: '', logUrl: '', environmentUrl: '', autoInactive: false },
      by,
    );
  }
}

function tellStatus(world: World, deployment: Deployment, status: DeploymentStatus, by: Actor): void {
  const repository = repositoryById(world, deployment.repositoryId);
  world.emit({
    event: 'deployment_status',
    action: 'created',
    repository,
    sender: by.account,
    body: {
      deployment: presentDeployment(world, deployment),
      deployment_status: presentDeploymentStatus(world, status, deployment),
      check_run: null,
      workflow: null,
      workflow_run: null,
    },
  });
}
