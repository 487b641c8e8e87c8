import type { PullRequest } from '../ports/code-host.ts';
import type { Tools } from './tools.ts';
import { announceNothingRan } from './announcements.ts';
import { decideAndPublish } from './decide-and-publish.ts';
import { planPullRequest } from './plan-pull-request.ts';
import { environmentOfBranch, readSetup, type Setup } from './setup.ts';

/**
 * Decides an open pull request's gate anew; plans it first where its head has no plan. A merged one that is held for
 * want of approval is decided again by its environment; of one that was to run nothing, it says that.
 */
export async function gatePullRequest(
  repositoryId: number,
  number: number,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const host = await tools.hosts.recently(repositoryId);
  const pullRequest = (await host?.pullRequest(number)) ?? null;
  if (host === null || pullRequest === null || pullRequest.state === 'closed') return;
  const setup = await readSetup(host, tools);
  if (pullRequest.state === 'merged') return decideMerged(repositoryId, pullRequest, setup, tools);
  if (setup.kind === 'broken') {
    await planPullRequest(repositoryId, number, tools, signal);
    return;
  }
  const policy = environmentOfBranch(setup, pullRequest.base);
  if (policy === null) return;
  const made = await tools.records.planAt(repositoryId, number, policy.name, pullRequest.head);
  if (made === null) {
    await planPullRequest(repositoryId, number, tools, signal);
    return;
  }
  await decideAndPublish(host, pullRequest, policy, made.plan, setup, tools);
}

async function decideMerged(
  repositoryId: number,
  { number, base }: PullRequest,
  setup: Setup,
  tools: Tools,
): Promise<void> {
  const policy = setup.kind === 'ready' ? environmentOfBranch(setup, base) : null;
  if (policy === null) return;
  const key = { repositoryId, environment: policy.name };
  const hold = await tools.records.hold(key);
  if (hold?.reason === 'not-approved' && hold.pullRequest === number) {
    return tools.queue.enqueue({ kind: 'reconcile', ...key, reason: `a review of #${number}` });
  }
  const latest = await tools.records.latestPlan(repositoryId, number);
  if (latest === null || latest.plan.steps.length > 0 || latest.plan.problems.length > 0) return;
  await announceNothingRan(key, number, null, tools);
}
