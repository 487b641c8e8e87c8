import type { Decision } from '../../domain/gate.ts';
import type { Hold } from '../../domain/hold.ts';
import type { Plan } from '../../domain/plan.ts';
import { decide } from '../../gate/decide.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { Tree } from '../../ports/tree.ts';
import { endsTheHold } from '../gating/ends-the-hold.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { policyOfRules } from '../setup.ts';
import type { Tools } from '../tools.ts';
import type { GroupAsked } from './group-asked.ts';
import type { GroupChange } from './group-changes.ts';

/** Decides the gate of one change of a merge group from fresh facts, and notes it in the audit. */
export async function decideMember(
  asked: GroupAsked,
  change: GroupChange,
  plan: Plan,
  hold: Hold | null,
  tools: Tools,
): Promise<Decision> {
  const { host, setup, policy, group } = asked;
  const after = (): Promise<Tree> => Promise.resolve(change.after);
  const held = { host, environment: policy.name, settings: setup.settings };
  const endsHold = hold !== null && (await endsTheHold({ ...held, hold, plan }, after, tools));
  // A commit of no pull request has no plan that could say so.
  const changesRules = change.changesRules || plan.configuration !== undefined;
  const rules = changesRules ? policyOfRules(setup, policy) : policy;
  const pullRequest = await asEnqueued({ ...asked, policy: rules }, change.pullRequest);
  const question = { policy: rules, plan, pullRequest, hold, endsHold, changesRules };
  const decided = decide(await gatherFacts(host, tools, question));
  const decision =
    decided.status === 'allowed' ? await asPlanned(asked, change, plan, decided, tools) : decided;
  await tools.records.audit({
    repositoryId: host.repository.id,
    environment: policy.name,
    pullRequest: pullRequest?.number ?? null,
    commit: change.commit,
    actor: 'tidegate',
    action: 'gate-decided',
    migration: null,
    digest: plan.digest,
    detail: {
      at: 'merge-queue',
      group: group.head,
      status: decision.status,
      code: decision.code,
      message: decision.message,
    },
  });
  return decision;
}

/**
 * The pull request with who put it into the queue as who merges it: GitHub names the queue itself once it is merged.
 * GroupAsked only where it matters.
 */
async function asEnqueued(
  { host, policy, group }: GroupAsked,
  pullRequest: PullRequest | null,
): Promise<PullRequest | null> {
  if (pullRequest === null || policy.separate?.approvingAndMerging !== true) return pullRequest;
  const queued = await host.queuedCommits(group.base);
  const mergedBy = queued.find((one) => one.pullRequest === pullRequest.number)?.enqueuer ?? null;
  return { ...pullRequest, mergedBy };
}

/** What takes migrations back runs only as its pull request was planned, also where nobody has to approve. */
async function asPlanned(
  { host, policy }: GroupAsked,
  { pullRequest }: GroupChange,
  plan: Plan,
  decision: Decision,
  tools: Tools,
): Promise<Decision> {
  if (plan.steps.every(({ direction }) => direction === 'up')) return decision;
  const planned =
    pullRequest === null
      ? null
      : await tools.records.planAt(host.repository.id, pullRequest.number, policy.name, pullRequest.head);
  if (planned?.plan.digest === plan.digest) return decision;
  const message =
    'It takes migrations back that are applied, and no pull request was planned to take back just these. ' +
    'Take it out of the queue, comment `/plan` on it, and look at what it would run.';
  return { status: 'refused', code: 'refused', message, children: [decision] };
}
