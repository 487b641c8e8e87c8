import { z } from 'zod';
import { invalid } from '../errors.ts';
import { objectType } from '../git/objects.ts';
import { input, listed, numberParam, param, repositoryRoute, type Call, type Route } from '../http/route.ts';
import { DEPLOYMENT_STATES, type Repository } from '../model.ts';
import { latestStatuses } from '../operations/check-lookup.ts';
import {
  createDeployment,
  createDeploymentStatus,
  createStatus,
  deploymentById,
  deploymentStatusesOf,
} from '../operations/deployments.ts';
import {
  presentCombinedStatus,
  presentDeployment,
  presentDeploymentStatus,
  presentStatus,
} from '../presenters/status.ts';
import { commitNamed } from './commit-routes.ts';

const StatusBody = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});
const DeploymentBody = z.object({
  ref: z.string().min(1),
  task: z.string().default('deploy'),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  payload: z.union([z.string(), z.record(z.string(), z.unknown())]).default({}),
  environment: z.string().default('production'),
  description: z.string().nullish(),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});
const DeploymentStatusBody = z.object({
  state: z.enum(DEPLOYMENT_STATES),
  description: z.string().default(''),
  log_url: z.string().optional(),
  target_url: z.string().optional(),
  environment_url: z.string().default(''),
  auto_inactive: z.boolean().default(true),
});

async function postDeployment(call: Call, repository: Repository) {
  const body = input(call, DeploymentBody);
  const deployment = await createDeployment(
    call.world,
    repository,
    {
      ref: body.ref,
      task: body.task,
      payload: body.payload,
      environment: body.environment,
      description: body.description ?? null,
      transient: body.transient_environment,
      production: body.production_environment ?? body.environment === 'production',
      requiredContexts: body.required_contexts,
    },
    call.actor,
  );
  return { status: 201, body: presentDeployment(call.world, deployment) };
}

function listDeployments(call: Call, repository: Repository) {
  const { query, world } = call;
  const found = [...world.store.deployments.values()]
    .filter((one) => one.repositoryId === repository.id)
    .filter((one) => query['sha'] === undefined || one.sha === query['sha'])
    .filter((one) => query['ref'] === undefined || one.ref === query['ref'])
    .filter((one) => query['task'] === undefined || one.task === query['task'])
    .filter((one) => query['environment'] === undefined || one.environment === query['environment'])
    .reverse();
  return listed(call, found, (one) => presentDeployment(world, one));
}

export const deploymentRoutes: readonly Route[] = [
  repositoryRoute('GET', '/commits/:ref/status', ['statuses:read'], async (call, repository) => {
    const sha = await commitNamed(call, repository, param(call, 'ref'));
    const latest = latestStatuses(call.world, repository, sha);
    return { body: presentCombinedStatus(call.world, repository, sha, latest) };
  }),
  repositoryRoute('GET', '/commits/:ref/statuses', ['statuses:read'], async (call, repository) => {
    const sha = await commitNamed(call, repository, param(call, 'ref'));
    const found = call.world.store.statuses.filter(
      (one) => one.repositoryId === repository.id && one.sha === sha,
    );
    return listed(call, found.toReversed(), (one) => presentStatus(call.world, one));
  }),
  repositoryRoute('POST', '/statuses/:sha', ['statuses:write'], async (call, repository) => {
    const sha = param(call, 'sha');
    if ((await objectType(call.world.git(repository), sha)) !== 'commit')
      throw invalid(`No commit found for SHA: ${sha}`);
    const { state, context, description = null, target_url: targetUrl = null } = input(call, StatusBody);
    const status = createStatus(
      call.world,
      repository,
      { sha, state, context, description, targetUrl },
      call.actor,
    );
    return { status: 201, body: presentStatus(call.world, status) };
  }),
  repositoryRoute('GET', '/deployments', ['deployments:read'], listDeployments),
  repositoryRoute('POST', '/deployments', ['deployments:write'], postDeployment),
  repositoryRoute('GET', '/deployments/:id', ['deployments:read'], (call, repository) => ({
    body: presentDeployment(call.world, deploymentById(call.world, repository, numberParam(call, 'id'))),
  })),
  repositoryRoute('GET', '/deployments/:id/statuses', ['deployments:read'], (call, repository) => {
    const deployment = deploymentById(call.world, repository, numberParam(call, 'id'));
    const found = deploymentStatusesOf(call.world, deployment);
    return listed(call, found, (one) => presentDeploymentStatus(call.world, one, deployment));
  }),
  repositoryRoute('POST', '/deployments/:id/statuses', ['deployments:write'], (call, repository) => {
    const body = input(call, DeploymentStatusBody);
    const deployment = deploymentById(call.world, repository, numberParam(call, 'id'));
    const wanted = {
      state: body.state,
      description: body.description,
      logUrl: body.log_url ?? body.target_url ?? '',
      environmentUrl: body.environment_url,
      autoInactive: body.auto_inactive,
    };
    const status = createDeploymentStatus(call.world, deployment, wanted, call.actor);
    return { status: 201, body: presentDeploymentStatus(call.world, status, deployment) };
  }),
];
