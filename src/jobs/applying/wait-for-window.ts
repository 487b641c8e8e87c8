import { localTime, type Opening, type WaitingChange } from '../../domain/window.ts';
import { isOpen, nextOpening } from '../../gate/windows.ts';
import { announceOutcome } from './announcements.ts';
import type { BranchChange } from './branch-changes.ts';
import type { Environment } from '../environment.ts';
import { latestPlanIn } from '../planning/latest-plan-in.ts';
import type { Tools } from '../tools.ts';

/** When an environment's migrations are applied next; null where they may be now. */
export function shutUntil({ policy }: Pick<Environment, 'policy'>, now: Date): Opening | null {
  const { windows } = policy;
  return windows === undefined || isOpen(windows, now) ? null : nextOpening(windows, now);
}

/**
 * Has a change that may run wait for the next window: people are told until when, once, and a job that runs then
 * applies it. The sweep, which looks at what is behind its branch, does the same where that job is lost.
 */
export async function waitForWindow(
  environment: Environment,
  change: BranchChange,
  digest: string,
  opening: Opening,
  tools: Tools,
): Promise<void> {
  const { key } = environment;
  const [first] = await tools.records.waitingChanges(key);
  const waiting = waitingChange(change, digest, opening);
  if (first !== undefined && isSame(first, waiting)) return;
  await tools.records.setWaitingChanges(key, [waiting]);
  await tell(environment, waiting, tools);
  const afterSeconds = Math.ceil((opening.at.getTime() - tools.clock().getTime()) / 1000);
  const reason = `a window of ${key.environment} opens`;
  await tools.queue.enqueue(
    { kind: 'reconcile', ...key, reason },
    { afterSeconds: Math.max(1, afterSeconds) },
  );
}

/** What was merged after a change that waits is applied after it; its pull requests are told the same. */
export async function waitBehind(
  environment: Environment,
  later: readonly BranchChange[],
  tools: Tools,
): Promise<void> {
  const { key } = environment;
  const [first, ...known] = await tools.records.waitingChanges(key);
  if (first === undefined) return;
  const behind: WaitingChange[] = [];
  for (const change of later) {
    if (change.pullRequest === null) continue;
    const made = await latestPlanIn(environment, change.pullRequest.number, tools);
    if (made === null || made.plan.steps.length === 0 || made.environment !== key.environment) continue;
    behind.push(waitingChange(change, made.plan.digest, first.opening));
  }
  await tools.records.setWaitingChanges(key, [first, ...behind]);
  for (const waiting of behind) {
    if (!known.some((one) => isSame(one, waiting))) await tell(environment, waiting, tools);
  }
}

/** Nothing waits any more: it is applied, gone, or held for another reason. */
export async function endWaiting({ key }: Environment, tools: Tools): Promise<void> {
  if ((await tools.records.waitingChanges(key)).length > 0) await tools.records.setWaitingChanges(key, []);
}

function waitingChange(
  { commit, pullRequest }: BranchChange,
  digest: string,
  opening: Opening,
): WaitingChange {
  return { commit, pullRequest: pullRequest?.number ?? null, digest, opening };
}

function isSame(one: WaitingChange, other: WaitingChange): boolean {
  const isThen = one.opening.at.getTime() === other.opening.at.getTime();
  return isThen && one.commit === other.commit && one.digest === other.digest;
}

async function tell(environment: Environment, waiting: WaitingChange, tools: Tools): Promise<void> {
  const { commit, pullRequest, digest, opening } = waiting;
  const until = localTime(opening);
  await tools.records.audit({
    ...environment.key,
    pullRequest,
    commit,
    actor: 'tidegate',
    action: 'waits-for-window',
    migration: null,
    digest,
    detail: { until: opening.at.toISOString(), zone: opening.zone },
  });
  const told = { status: 'waiting' as const, commit, steps: [], message: null, until };
  await announceOutcome(environment, pullRequest, told, tools);
}
