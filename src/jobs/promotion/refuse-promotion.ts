import type { Plan } from '../../domain/plan.ts';
import { soaksIn } from '../../domain/promotion.ts';
import type { BranchChange } from '../applying/branch-changes.ts';
import type { HoldRequest } from '../applying/holds.ts';
import type { Environment } from '../environment.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { promotionOfPlan } from './promote-plan.ts';

/**
 * Why a change that is on the branch may not be promoted, from fresh facts; null where it may. What only has to wait
 * is looked at again when it has.
 */
export async function promotionRefusal(
  { key, host, policy, settings }: Environment,
  change: BranchChange,
  plan: Plan,
  tools: Tools,
): Promise<HoldRequest | null> {
  if (policy.promotesFrom === null) return null;
  const setup = await readSetup(host, tools);
  // It could be read a moment ago: whether this may run is not known, so it is tried again.
  if (setup.kind === 'broken')
    throw new Error('the configuration can no longer be read; it is decided again');
  const target = { repositoryId: key.repositoryId, policy, environments: setup.environments, settings };
  const labels = change.pullRequest?.labels ?? [];
  const { promotion, problems } = await promotionOfPlan(plan, target, { labels, reverted: [] }, tools);
  const [first] = problems;
  if (first === undefined) return null;
  const waitMs = promotion === null ? null : soaksIn(promotion);
  if (waitMs !== null) {
    const reason = 'what was merged has stood long enough where it is promoted from';
    await tools.queue.enqueue({ kind: 'reconcile', ...key, reason }, { afterSeconds: secondsOf(waitMs) });
  }
  const number = change.pullRequest?.number ?? null;
  const what = number === null ? `Commit \`${change.commit.slice(0, 10)}\`` : `#${number}`;
  return {
    reason: 'not-promoted',
    message: `${what} is on \`${policy.branch}\`, and \`${policy.name}\` does not take its migrations yet: ${first.message} Nothing was run.`,
    migrations: plan.steps.map(({ migration }) => migration),
    commit: change.commit,
    pullRequest: number,
  };
}

/** Whole seconds after which that time has passed. */
export function secondsOf(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
