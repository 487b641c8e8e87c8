import type { Decision, GateFacts } from '../../domain/gate.ts';
import type { Hold } from '../../domain/hold.ts';
import type { MigrationSettings } from '../../domain/migration.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import { withWindow } from '../../gate/with-window.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Tree } from '../../ports/tree.ts';
import { readChange } from '../planning/change.ts';
import { endsTheHold } from './ends-the-hold.ts';
import { followApprovals } from './follow-approvals.ts';
import { gatherFacts } from './gate-facts.ts';
import { publishPullRequest } from './publish.ts';
import type { Freshness } from './rights-of.ts';
import { rulesChange } from './rules-change.ts';
import { environmentsOfBranch, policyOfRules, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/** How a plan that was made before is looked at again. */
export interface Look {
  readonly madeAt: Date;
  readonly freshness: Freshness;
}

/**
 * Decides the gate of an open pull request from fresh facts and shows plan and decision on it.
 * `setup` is null where the configuration cannot be read: nothing then ends a hold. `look` is null right after the
 * plan was made.
 */
export async function decideAndPublish(
  host: CodeHost,
  pullRequest: PullRequest,
  policy: EnvironmentPolicy,
  plan: Plan,
  setup: Extract<Setup, { kind: 'ready' }> | null,
  tools: Tools,
  look: Look | null = null,
): Promise<void> {
  const { decision, facts, hold } = await decideNow(host, pullRequest, policy, plan, setup, tools, look);
  await auditDecision(host, pullRequest, policy, plan, decision, tools);
  const fallen = await followApprovals(host, tools, pullRequest, facts, decision);
  const guards = setup === null ? [] : (await tools.guards.amiss(host, policy)).map(({ what }) => what);
  const changed =
    setup === null || plan.configuration === undefined
      ? null
      : await rulesChange(host, pullRequest, setup, tools);
  const rules = changed === null ? {} : { rules: changed };
  const isQuiet =
    setup !== null && environmentsOfBranch(setup, pullRequest.base).length === 0 && !saysAnything(plan);
  const news = {
    pullRequest,
    policy,
    plan,
    decision,
    hold,
    fallen,
    outcome: null,
    guards,
    isQuiet,
    ...rules,
  };
  await publishPullRequest(host, tools, news, look !== null);
}

/** On a branch where nothing runs most pull requests are none of Tidegate's business. */
function saysAnything({ configuration, problems }: Plan): boolean {
  return configuration !== undefined || problems.length > 0;
}

/** The decision alone: nothing is shown or written down. */
export async function decideNow(
  host: CodeHost,
  pullRequest: PullRequest,
  policy: EnvironmentPolicy,
  plan: Plan,
  setup: Extract<Setup, { kind: 'ready' }> | null,
  tools: Tools,
  look: Look | null,
): Promise<{ readonly decision: Decision; readonly facts: GateFacts; readonly hold: Hold | null }> {
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const hold = await tools.records.hold(key);
  const endsHold =
    hold !== null &&
    setup !== null &&
    (await mergeEndsTheHold(host, pullRequest, { policy, settings: setup.settings, hold, plan }, tools));
  const rules = setup !== null && plan.configuration !== undefined ? policyOfRules(setup, policy) : policy;
  const question = { policy: rules, plan, pullRequest, hold, endsHold };
  const facts = await gatherFacts(host, tools, { ...question, freshness: 'kept', ...look });
  // What somebody let through is applied at once.
  const decided = decide(facts);
  const now = tools.clock();
  const decision = facts.brokenGlass === null ? withWindow(decided, policy, plan.steps.length, now) : decided;
  return { decision, facts, hold };
}

interface HeldPlan {
  readonly policy: EnvironmentPolicy;
  readonly settings: MigrationSettings;
  readonly hold: Hold;
  readonly plan: Plan;
}

/** Whether the merge of a pull request would leave nothing of what the hold is about. */
export function mergeEndsTheHold(
  host: CodeHost,
  pullRequest: PullRequest,
  { policy, settings, hold, plan }: HeldPlan,
  tools: Pick<Tools, 'targets'>,
): Promise<boolean> {
  const after = async (): Promise<Tree> => (await readChange(host, pullRequest, settings)).desired;
  return endsTheHold({ host, environment: policy.name, settings, hold, plan }, after, tools);
}

async function auditDecision(
  host: CodeHost,
  pullRequest: PullRequest,
  policy: EnvironmentPolicy,
  plan: Plan,
  decision: Decision,
  tools: Tools,
): Promise<void> {
  await tools.records.audit({
    repositoryId: host.repository.id,
    environment: policy.name,
    pullRequest: pullRequest.number,
    commit: pullRequest.head,
    actor: 'tidegate',
    action: 'gate-decided',
    migration: null,
    digest: plan.digest,
    detail: { status: decision.status, code: decision.code, message: decision.message },
  });
}
