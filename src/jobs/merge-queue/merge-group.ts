import type { Job } from '../../domain/job.ts';
import { partsOfQueueBranch, type MergeGroup } from '../../domain/merge-group.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import type { GroupVerdict } from './group-asked.ts';
import { planMergeGroup } from './plan-merge-group.ts';
import { planUnruledGroup } from './plan-unruled-group.ts';
import { planWithoutSteps } from '../planning/plan-without-steps.ts';
import { policiesOfBase } from '../gating/policy-of-base.ts';
import { readSetup, strictestPolicy } from '../setup.ts';
import { showProgress } from '../planning/show-progress.ts';
import type { Tools } from '../tools.ts';
import { unruledPolicies } from '../gating/unruled-policy.ts';

type GroupJob = Extract<Job, { kind: 'merge-group' }>;

/**
 * Answers a merge queue: both checks on the head of the group, green only where every pull request in it may run as
 * it was approved. A group that is no more, or of a branch that is no environment's, is left alone.
 */
export async function checkMergeGroup(
  { repositoryId, group }: GroupJob,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const host = await tools.hosts.forRepository(repositoryId);
  if (host === null || !(await stands(host, group))) {
    tools.log.debug({ group }, 'a merge group is no more: nothing is reported');
    return;
  }
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') {
    for (const verdict of await planUnruledGroup(host, group, setup, tools)) {
      await publish(host, group, verdict, tools);
    }
    return;
  }
  const policies = policiesOfBase(host, setup, group.base);
  if (policies.length === 0) {
    tools.log.debug({ group }, 'a merge group of a branch that is no environment’s');
  }
  for (const policy of policies) {
    if (!(await checkFor({ host, group, setup, policy }, tools, signal))) return;
  }
}

/** Answers for one environment; false where the work on the group was cancelled. */
async function checkFor(
  asked: Parameters<typeof planMergeGroup>[0],
  tools: Tools,
  signal: AbortSignal,
): Promise<boolean> {
  const { host, group, policy } = asked;
  const progress = showProgress(host, group, policy, tools, groupGone);
  const work = { signal, onProgress: progress.onProgress };
  const verdict = await planMergeGroup(asked, tools, work).catch(async (error: unknown) => {
    await progress.cancel();
    // Whoever cancelled it waits for no answer.
    if (signal.aborted) return null;
    throw error;
  });
  if (verdict === null || signal.aborted) {
    tools.log.debug({ group }, 'the work on a merge group was cancelled');
    await progress.cancel();
    return false;
  }
  await progress.settled();
  await publish(host, group, verdict, tools);
  return true;
}

/** Whether the queue still waits for this group: the order of webhooks says nothing about it. */
async function stands(host: CodeHost, { branch, head }: MergeGroup): Promise<boolean> {
  return (await host.branchHead(branch)) === head;
}

/** What a check says that the queue's group left behind. */
const groupGone = {
  title: 'The merge queue has given up this group',
  summary:
    'Its pull requests were merged, taken out of the queue, or put into other groups. Nothing is to be done.',
};

/** A group is no more: what its checks left open is closed. */
export async function closeMergeGroup(
  { repositoryId, head }: Extract<Job, { kind: 'merge-group-gone' }>,
  tools: Tools,
): Promise<void> {
  const host = await tools.hosts.forRepository(repositoryId);
  await host?.cancelChecks(head, groupGone.title, groupGone.summary);
}

async function publish(
  host: CodeHost,
  { head }: MergeGroup,
  verdict: GroupVerdict,
  { reports }: Pick<Tools, 'reports'>,
): Promise<void> {
  const { environment } = verdict;
  const { plan, gate } = reports.groupChecks(verdict);
  await host.reportCheck({ name: `tidegate / plan (${environment})`, head, ...plan });
  const bare = { annotations: [], actions: [] };
  await host.reportCheck({ name: `tidegate / gate (${environment})`, head, ...bare, ...gate });
}

/** The work on a group failed for good: both checks are red, so that the queue goes on without it. */
export async function reportGroupFailure(
  { repositoryId, group }: GroupJob,
  reason: string,
  tools: Tools,
): Promise<void> {
  const host = await tools.hosts.forRepository(repositoryId);
  if (host === null || !(await stands(host, group))) return;
  const setup = await readSetup(host, tools);
  const policies =
    setup.kind === 'ready'
      ? policiesOfBase(host, setup, group.base)
      : await policiesOfUnruled(host, group, tools);
  const problem = {
    code: 'internal' as const,
    message:
      'A plan of this merge group was expected, but planning itself failed several times in a row. Put its pull ' +
      'requests into the queue again; if it stays so, whoever runs Tidegate finds the cause in its log.',
    detail: reason,
  };
  for (const policy of policies) {
    const plan = planWithoutSteps(policy, { problems: [problem] });
    const question = { policy, plan, pullRequest: null, hold: null, endsHold: false };
    const decision = decide(await gatherFacts(host, tools, question));
    const members = [{ number: null, commit: group.head, plan, decision }];
    await publish(host, group, { environment: policy.name, members, hold: null }, tools);
  }
}

/** By the pull request that the group's branch is named after, since the work failed before its others were known. */
async function policiesOfUnruled(
  host: CodeHost,
  { base, branch }: MergeGroup,
  tools: Tools,
): Promise<readonly EnvironmentPolicy[]> {
  const number = partsOfQueueBranch(branch)?.pullRequest;
  return number === undefined ? [strictestPolicy(base)] : unruledPolicies(host, { number, base }, tools);
}
