import type { Plan } from '../../domain/plan.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { decideAndPublish } from '../gating/decide-and-publish.ts';
import { planUnruled } from './plan-unruled.ts';
import { onceSoaked } from '../promotion/once-soaked.ts';
import { policiesOfBase } from '../gating/policy-of-base.ts';
import { planRules } from './plan-rules.ts';
import { planChange, type ChangeAsked } from './plan-change.ts';
import { retireComments } from '../gating/retire-comments.ts';
import { savePlan } from './save-plan.ts';
import { environmentsOfBranch, readSetup, type Setup } from '../setup.ts';
import { showProgress } from './show-progress.ts';
import type { Tools } from '../tools.ts';
import { leaveToRun, shortSha } from './vouching.ts';

/** Whether a plan stands now, or why none could be made of it, in words for who asked. */
export type Planned = { readonly kind: 'planned' } | { readonly kind: 'no-plan'; readonly why: string };

const planned: Planned = { kind: 'planned' };

/**
 * Plans an open pull request against each environment of its base branch and reports it: both checks of each are
 * always completed. One into a default branch that is no environment is planned for what it does to the rules; one
 * into another such branch is left alone.
 */
export async function planPullRequest(
  repositoryId: number,
  number: number,
  tools: Tools,
  signal: AbortSignal,
): Promise<Planned> {
  const host = await tools.hosts.recently(repositoryId);
  const pullRequest = (await host?.pullRequest(number)) ?? null;
  if (host === null || pullRequest === null) return noPlan('The App no longer sees this pull request.');
  if (pullRequest.state !== 'open') return noPlan(notOpen(pullRequest));
  return planFound({ host, pullRequest, setup: await readSetup(host, tools) }, tools, signal);
}

/** An open pull request and the rules of its repository, as they were just asked for. */
export interface FoundPullRequest {
  readonly host: CodeHost;
  readonly pullRequest: PullRequest;
  readonly setup: Setup;
}

/** As `planPullRequest`, for who has asked for the pull request already. */
export async function planFound(
  { host, pullRequest, setup }: FoundPullRequest,
  tools: Tools,
  signal: AbortSignal,
): Promise<Planned> {
  if (setup.kind === 'broken') {
    for (const { policy, plan } of await planUnruled(host, pullRequest, setup.problems, tools)) {
      await savePlan(host, pullRequest, policy, plan, tools);
      await decideAndPublish(host, pullRequest, policy, plan, null, tools);
    }
    return planned;
  }
  const policies = policiesOfBase(host, setup, pullRequest.base);
  const [first] = policies;
  if (first === undefined)
    return noPlan(`It merges into ${pullRequest.base} now, which is no environment's branch.`);
  await retireComments(host, pullRequest, policies, tools);
  if (environmentsOfBranch(setup, pullRequest.base).length === 0) {
    const plan = await planRules(host, pullRequest, first, setup, tools);
    await savePlan(host, pullRequest, first, plan, tools);
    await decideAndPublish(host, pullRequest, first, plan, setup, tools);
    return planned;
  }
  const leave = await leaveToRun(host, pullRequest, tools);
  let isVouched = true;
  for (const policy of policies) {
    const plan = await planOne({ host, pullRequest, policy, setup, leave }, tools, signal);
    if (plan === null) return planned;
    if (plan.problems.some(({ code }) => code === 'not-vouched')) isVouched = false;
  }
  return isVouched ? planned : noPlan(headMoved(pullRequest));
}

/** Plans for one of the environments that take it, and reports that; null where a newer plan takes its place. */
async function planOne(
  asked: Omit<ChangeAsked, 'onProgress'>,
  tools: Tools,
  signal: AbortSignal,
): Promise<Plan | null> {
  const { host, pullRequest, policy, setup } = asked;
  const progress = showProgress(host, pullRequest, policy, tools);
  const plan = await planChange({ ...asked, onProgress: progress.onProgress }, tools, signal).catch(
    async (error: unknown) => {
      await progress.cancel();
      throw error;
    },
  );
  if (signal.aborted) {
    await progress.cancel();
    return null;
  }
  await progress.settled();
  await savePlan(host, pullRequest, policy, plan, tools);
  await onceSoaked(host, pullRequest, plan, tools);
  await decideAndPublish(host, pullRequest, policy, plan, setup, tools);
  return plan;
}

/** Only whoever vouched for an earlier head comes to hear this. */
function headMoved({ head }: PullRequest): string {
  return (
    `Its head is commit \`${shortSha(head)}\` by now, which came after your comment: nothing of that was run. ` +
    'Read it, and comment `/plan` again if it may be.'
  );
}

function noPlan(why: string): Planned {
  return { kind: 'no-plan', why };
}

function notOpen({ state }: PullRequest): string {
  return state === 'merged'
    ? 'An open pull request was expected, but this one has been merged meanwhile. `/status` says how its environment stands.'
    : 'An open pull request was expected, but this one has been closed meanwhile. It is planned when it is opened again.';
}
