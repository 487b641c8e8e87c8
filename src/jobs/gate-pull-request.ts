import type { Tools } from './tools.ts';
import { decideAndPublish } from './decide-and-publish.ts';
import { planPullRequest } from './plan-pull-request.ts';
import { environmentOfBranch, readSetup } from './setup.ts';

/** Decides an open pull request's gate anew; plans it first where its head has no plan. */
export async function gatePullRequest(
  repositoryId: number,
  number: number,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const host = await tools.hosts.forRepository(repositoryId);
  const pullRequest = (await host?.pullRequest(number)) ?? null;
  if (host === null || pullRequest?.state !== 'open') return;
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return planPullRequest(repositoryId, number, tools, signal);
  const policy = environmentOfBranch(setup, pullRequest.base);
  if (policy === null) return;
  const made = await tools.records.planAt(repositoryId, number, policy.name, pullRequest.head);
  if (made === null) return planPullRequest(repositoryId, number, tools, signal);
  await decideAndPublish(host, pullRequest, policy, made.plan, setup.settings, tools);
}
