import type { Decision, GateFacts } from '../../domain/gate.ts';
import type { Plan } from '../../domain/plan.ts';
import { worstOf } from '../../domain/traits.ts';
import { decide } from '../../gate/decide.ts';
import type { Environment } from '../environment.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { notedFacts } from '../gating/noted-facts.ts';
import { readChange } from '../planning/change.ts';
import { isSameTree } from '../planning/overlay.ts';
import type { Tools } from '../tools.ts';
import type { BranchChange } from './branch-changes.ts';
import { notApprovedMessage, removedMessage } from './hold-requests.ts';
import type { HoldRequest } from './holds.ts';
import { keepForApproval } from './keep-for-approval.ts';
import { rulesAtApply } from './rules-at-apply.ts';

/** Why a change may not run, by the gate and by the rule that only planned pull requests remove. */
export async function refusalOf(
  environment: Environment,
  change: BranchChange,
  plan: Plan,
  tools: Tools,
): Promise<HoldRequest | null> {
  const { host, policy, key } = environment;
  const { pullRequest } = change;
  const about = {
    migrations: plan.steps.map(({ migration }) => migration),
    commit: change.commit,
    pullRequest: pullRequest?.number ?? null,
  };
  if (plan.steps.some(({ direction }) => direction === 'down')) {
    const planned =
      pullRequest === null
        ? null
        : await tools.records.planAt(key.repositoryId, pullRequest.number, policy.name, pullRequest.head);
    if (planned?.plan.digest !== plan.digest)
      return { reason: 'removed', message: removedMessage(environment), ...about };
  }
  const { rules, changesRules } = await rulesAtApply(
    environment,
    change,
    plan.configuration !== undefined,
    tools,
  );
  const isOther = await isOtherPlan(environment, change);
  const landed = { commit: change.commit, since: change.since, isOther };
  const question = { plan, pullRequest, hold: null, endsHold: false, landed };
  for (const asked of rules) {
    const facts = await gatherFacts(host, tools, { ...question, ...asked, changesRules });
    const decision = decide(facts);
    await auditDecision(environment, change, facts, decision, tools);
    if (decision.status === 'allowed') continue;
    await keepForApproval(environment, change, plan, tools);
    const message = notApprovedMessage(environment, change, decision);
    const held = { digest: plan.digest, severity: worstOf(plan), ...(isOther ? { isOther } : {}) };
    return { reason: 'not-approved', message, ...about, plan: held };
  }
  return null;
}

/**
 * Whether the branch got other files than a merge of the pull request makes, as by a merge commit with more in it than
 * both sides had: whoever made that wrote in it. By the trees alone, so that nothing that happens to the hold or the
 * plan meanwhile makes it forgotten.
 */
async function isOtherPlan(
  { host, settings }: Environment,
  { pullRequest, since, before, after }: BranchChange,
): Promise<boolean> {
  if (pullRequest === null) return false;
  const merged = { ...pullRequest, baseCommit: since ?? pullRequest.baseCommit };
  const made = await readChange(host, merged, settings, before);
  return made.problems.length > 0 || !isSameTree(made.desired, after);
}

async function auditDecision(
  { key }: Environment,
  change: BranchChange,
  facts: GateFacts,
  decision: Decision,
  tools: Tools,
): Promise<void> {
  await tools.records.audit({
    ...key,
    pullRequest: change.pullRequest?.number ?? null,
    commit: change.commit,
    actor: 'tidegate',
    action: 'gate-decided',
    migration: null,
    digest: facts.digest,
    detail: {
      at: 'apply',
      status: decision.status,
      code: decision.code,
      message: decision.message,
      facts: notedFacts(facts),
    },
  });
}
