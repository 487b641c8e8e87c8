import type { RecordedMigration } from '../../domain/history.ts';
import type { Plan } from '../../domain/plan.ts';
import { announceNothingRan } from './announcements.ts';
import { applyChange } from './apply-change.ts';
import type { BranchChange } from './branch-changes.ts';
import { lookBeforeApply } from '../drift/look-before-apply.ts';
import type { Environment } from '../environment.ts';
import { problemHold } from './hold-requests.ts';
import { keepForApproval } from './keep-for-approval.ts';
import { inputFor } from '../planning/input-for.ts';
import { makePlan, type MadePlan } from '../planning/make-plan.ts';
import { promotionRefusal } from '../promotion/refuse-promotion.ts';
import { recordedOf } from '../recorded.ts';
import { refusalOf } from './refuse-change.ts';
import { settleBeforeRun, settleHold } from './settle-hold.ts';
import { stop } from './stop.ts';
import type { TargetState } from '../../ports/target.ts';
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
  await settleBeforeRun(environment, tools);
  // One that somebody asked for lies beneath, and stands again.
  const standing = await tools.records.hold(environment.key);
  if (standing !== null && standing.reason !== 'target-moved') return 'stopped';
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
    await settleHold(environment, tools);
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
      ...inputFor({ host, policy, settings }, { recorded: before, versionNumber, roles }, tools),
      configuration: planned?.plan.configuration,
      desired: change.after,
      base: change.before,
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
