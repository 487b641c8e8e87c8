import type { Decision, GateFacts } from '../../domain/gate.ts';
import { isForDrift } from '../../domain/hold.ts';
import type { RecordedMigration } from '../../domain/history.ts';
import type { Plan } from '../../domain/plan.ts';
import { worstOf } from '../../domain/traits.ts';
import { decide } from '../../gate/decide.ts';
import { announceNothingRan, announceOutcome } from './announcements.ts';
import { applyChange } from './apply-change.ts';
import type { BranchChange } from './branch-changes.ts';
import { lookBeforeApply } from '../drift/look-before-apply.ts';
import type { Environment } from '../environment.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { endHold, holdEnvironment, type HoldRequest } from './holds.ts';
import { notApprovedMessage, problemHold, removedMessage } from './hold-requests.ts';
import { readChange } from '../planning/change.ts';
import { isSameTree } from '../planning/overlay.ts';
import { makePlan, type MadePlan } from '../planning/make-plan.ts';
import { withoutPullRequest } from '../gating/name-of-change.ts';
import { notedFacts } from '../gating/noted-facts.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import { promotionRefusal } from '../promotion/refuse-promotion.ts';
import { recordedOf } from '../recorded.ts';
import type { TargetState } from '../../ports/target.ts';
import { startIn } from '../planning/start-in.ts';
import { rulesAtApply } from './rules-at-apply.ts';
import { savePlan } from '../planning/save-plan.ts';
import { standingGlass } from '../gating/standing-glass.ts';
import type { Tools } from '../tools.ts';
import { useGlass } from './use-glass.ts';
import { shutUntil, waitForWindow } from './wait-for-window.ts';

/**
 * `settled`: the change is dealt with and the next may follow. `stopped`: the environment is on hold. `waiting`: it is
 * applied when the next window opens.
 */
export type Settled = 'settled' | 'stopped' | 'waiting';

/** Deals with one change of an environment's branch: plans it anew, decides it anew, applies it or holds. */
export async function settleChange(
  environment: Environment,
  change: BranchChange,
  tools: Tools,
  signal: AbortSignal,
): Promise<Settled> {
  const state = await tools.targets.read(environment.key, environment.settings);
  const recorded = recordedOf(state);
  const made = await planAgain(environment, change, recorded, state, tools, signal);
  const { plan } = made;
  if (plan.problems.length > 0) {
    return stop(environment, change, problemHold(plan.problems, change), tools);
  }
  if (plan.steps.length === 0) return settleWithoutSteps(environment, change, tools);
  if (!isAllRun(plan, recorded)) {
    const refusal =
      (await promotionRefusal(environment, change, plan, tools)) ??
      (await refusalOf(environment, change, plan, tools));
    if (refusal !== null) return stop(environment, change, refusal, tools);
  }
  const look = isAllRun(plan, recorded)
    ? ({ kind: 'passed', fingerprint: null } as const)
    : await lookBeforeApply(environment, change, made, tools, signal);
  if (look.kind === 'held') return stop(environment, change, look.hold, tools);
  await settleHold(environment, tools);
  // One that somebody asked for lies beneath, and stands again.
  if ((await tools.records.hold(environment.key)) !== null) return 'stopped';
  const landed = {
    digest: plan.digest,
    pullRequest: change.pullRequest?.number ?? null,
    commit: change.commit,
  };
  const glass = await standingGlass(environment.host, tools, { ...environment, ...landed });
  const opening = glass === null ? shutUntil(environment, tools.clock()) : null;
  if (opening !== null && !isAllRun(plan, recorded)) {
    // Of a pull request it is kept; of a direct push it is what can be let through meanwhile.
    if (change.pullRequest === null) await keepForApproval(environment, change, plan, tools);
    await waitForWindow(environment, change, plan.digest, opening, tools);
    return 'waiting';
  }
  if (glass !== null) await useGlass(glass, change.commit, tools);
  const applied = new Set(recorded.map(({ name }) => name));
  return applyChange(environment, change, made, { applied, fingerprint: look.fingerprint }, tools);
}

/**
 * The plan of the whole change, as it was approved: what an interrupted apply of this very commit has run
 * already counts as not run here, and is skipped by the apply itself.
 */
async function planAgain(
  { policy, settings, host, key }: Environment,
  change: BranchChange,
  recorded: readonly RecordedMigration[],
  { roles, versionNumber }: TargetState,
  tools: Tools,
  signal: AbortSignal,
): Promise<MadePlan> {
  const before = recorded.filter(
    ({ ledger }) => ledger === null || ledger.adopted || ledger.commit !== change.commit,
  );
  const { pullRequest } = change;
  // What it did to the rules was decided with the pull request's own plan, and is on the branch by now.
  const planned =
    pullRequest === null
      ? null
      : await tools.records.planAt(key.repositoryId, pullRequest.number, policy.name, pullRequest.head);
  return makePlan(
    {
      environment: policy.name,
      findStart: startIn(host, policy, settings, tools),
      configuration: planned?.plan.configuration,
      baseBranch: policy.branch,
      settings,
      desired: change.after,
      base: change.before,
      reader: host,
      actual: before,
      versionNumber,
      roles,
      mayAskDatabase: !policy.protected,
      problems: [],
      notes: [],
    },
    tools,
    signal,
  );
}

function isAllRun(plan: Plan, recorded: readonly RecordedMigration[]): boolean {
  const applied = new Set(recorded.map(({ name }) => name));
  return plan.steps.every(({ migration, direction }) => (direction === 'up') === applied.has(migration));
}

/** Why the change may not run, by the gate and by the rule that only planned pull requests remove. */
async function refusalOf(
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

/** What was merged unplanned, or planned otherwise, can be approved still: reviews from now on are of this plan. */
async function keepForApproval(
  { host, policy, key }: Environment,
  { pullRequest, commit, since }: BranchChange,
  plan: Plan,
  tools: Tools,
): Promise<void> {
  if (pullRequest === null) {
    const kept = await tools.records.planAt(key.repositoryId, withoutPullRequest, policy.name, commit);
    if (kept?.plan.digest === plan.digest) return;
    const made = {
      pullRequest: withoutPullRequest,
      head: commit,
      base: since ?? '',
      plan,
      madeAt: tools.clock(),
    };
    return tools.records.savePlan({ ...key, ...made });
  }
  const kept = await tools.records.planAt(
    key.repositoryId,
    pullRequest.number,
    policy.name,
    pullRequest.head,
  );
  if (kept?.plan.digest !== plan.digest) await savePlan(host, pullRequest, policy, plan, tools);
}

/** Puts the environment on hold for a change, whose pull request is told. */
export async function stop(
  environment: Environment,
  change: BranchChange,
  request: HoldRequest,
  tools: Tools,
): Promise<'stopped'> {
  const { key } = environment;
  const standing = await tools.records.hold(key);
  await holdEnvironment(key, request, tools);
  if (standing?.reason === request.reason && standing.commit === request.commit) return 'stopped';
  const told = { status: 'held' as const, commit: change.commit, steps: [], message: request.message };
  await announceOutcome(environment, change.pullRequest?.number ?? null, told, tools);
  return 'stopped';
}

/** Its pull request, or that of the hold which ends with it, may have been told that it is held: that is over. */
async function settleWithoutSteps(
  environment: Environment,
  { commit, pullRequest }: BranchChange,
  tools: Tools,
): Promise<'settled'> {
  const { key } = environment;
  const hold = await tools.records.hold(key);
  const settled = await settleHold(environment, tools);
  const told = new Map<number, string>();
  const [held, heldCommit] = [hold?.pullRequest ?? null, hold?.commit ?? null];
  if (held !== null && heldCommit !== null) told.set(held, heldCommit);
  if (pullRequest !== null) told.set(pullRequest.number, commit);
  for (const [number, sha] of told) await announceNothingRan(key, number, sha, tools);
  return settled;
}

/** A change that needs nothing, or may run, ends the hold that an earlier decision about it left. */
export async function settleHold(environment: Environment, tools: Tools): Promise<'settled'> {
  const { key } = environment;
  const hold = await tools.records.hold(key);
  if (hold !== null && hold.reason !== 'asked' && !isForDrift(hold)) {
    await endHold(
      key,
      hold,
      { actor: 'tidegate', why: 'the gate allows what was held, or it is gone from the branch.' },
      tools,
    );
    await planOpenPullRequests(environment, `the hold on ${environment.policy.name} ended`, tools);
    // Beneath what was said wrongly to be there, the database can be another all the same.
    if (hold.reason === 'drift') await tools.queue.enqueue({ kind: 'drift', ...key });
  }
  return 'settled';
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
