import type { Job } from '../../domain/job.ts';
import { partsOfQueueBranch, type MergeGroup } from '../../domain/merge-group.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { planMergeGroup, planUnruledGroup, type GroupVerdict } from './plan-merge-group.ts';
import { planWithoutSteps } from '../planning/plan-without-steps.ts';
import { policyOfBase } from '../gating/policy-of-base.ts';
import { readSetup, strictestPolicy } from '../setup.ts';
import { showProgress } from '../planning/show-progress.ts';
import type { Tools } from '../tools.ts';
import { unruledPolicy } from '../gating/unruled-policy.ts';

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
    return publish(host, group, await planUnruledGroup(host, group, setup, tools), tools);
  }
  const policy = policyOfBase(host, setup, group.base);
  if (policy === null) {
    tools.log.debug({ group }, 'a merge group of a branch that is no environment’s');
    return;
  }
  const progress = showProgress(host, group, policy, tools, groupGone);
  const asked = { signal, onProgress: progress.onProgress };
  const verdict = await planMergeGroup(host, group, setup, tools, asked).catch(async (error: unknown) => {
    await progress.cancel();
    // Whoever cancelled it waits for no answer.
    if (signal.aborted) return null;
    throw error;
  });
  if (verdict === null || signal.aborted) {
    tools.log.debug({ group }, 'the work on a merge group was cancelled');
    return progress.cancel();
  }
  await progress.settled();
  await publish(host, group, verdict, tools);
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
  { environments, members, hold }: GroupVerdict,
  { reports }: Pick<Tools, 'reports'>,
): Promise<void> {
  for (const environment of environments) {
    const { plan, gate } = reports.groupChecks({ environment, members, hold });
    await host.reportCheck({ name: `tidegate / plan (${environment})`, head, ...plan });
    const bare = { annotations: [], actions: [] };
    await host.reportCheck({ name: `tidegate / gate (${environment})`, head, ...bare, ...gate });
  }
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
  const policy =
    setup.kind === 'ready'
      ? policyOfBase(host, setup, group.base)
      : await policyOfUnruled(host, group, tools);
  if (policy === null) return;
  const problem = {
    code: 'internal' as const,
    message:
      'A plan of this merge group was expected, but planning itself failed several times in a row. Put its pull ' +
      'requests into the queue again; if it stays so, whoever runs Tidegate finds the cause in its log.',
    detail: reason,
  };
  const plan = planWithoutSteps(policy, { problems: [problem] });
  const question = { policy, plan, pullRequest: null, hold: null, endsHold: false };
  const decision = decide(await gatherFacts(host, tools, question));
  const number = null;
  const members = [{ number, commit: group.head, plan, decision }];
  await publish(host, group, { environments: [policy.name], members, hold: null }, tools);
}

/** By the pull request that the group's branch is named after, since the work failed before its others were known. */
async function policyOfUnruled(
  host: CodeHost,
  { base, branch }: MergeGroup,
  tools: Tools,
): Promise<EnvironmentPolicy> {
  const number = partsOfQueueBranch(branch)?.pullRequest;
  return number === undefined ? strictestPolicy(base) : unruledPolicy(host, { number, base }, tools);
}
