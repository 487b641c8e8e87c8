import type { EnvironmentKey } from '../../domain/repository.ts';
import type { Tree } from '../../ports/tree.ts';
import { adoptHistory } from './adopt-history.ts';
import { changesBetween, landedBy, type BranchChange } from './branch-changes.ts';
import { environmentIn, standingOf, type Environment } from '../environment.ts';
import { blobsByName, only } from '../planning/named-migrations.ts';
import { asTheyStand } from './standing-changes.ts';
import { endHold } from './holds.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import { isDecidedAgain, isHoldStillTrue } from './reconcile-rules.ts';
import { passRules } from '../ruling/hold-for-rules.ts';
import { lookAgain } from '../ruling/look-again.ts';
import { settleRules } from '../ruling/settle-rules.ts';
import { settleChange, settleHold } from './settle-change.ts';
import type { Tools } from '../tools.ts';
import { endWaiting, waitBehind } from './wait-for-window.ts';

/**
 * Brings an environment's target to what its branch wants: every change since the last time, in the branch's
 * order, each decided by the gate from fresh facts. Stops at the first that may not run or fails. Run again
 * after any crash, it finds the way from what the target itself says.
 */
export async function reconcileEnvironment(
  key: EnvironmentKey,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const host = await tools.hosts.forRepository(key.repositoryId);
  if (host === null) return;
  const { dispute, hasMoved } = await settleRules(host, tools);
  if (hasMoved) await lookAgain(host, 'other rules came into force', tools);
  const environment = await environmentIn(host, key, tools);
  if (environment === null) return;
  const { policy, settings } = environment;
  const head = await host.branchHead(policy.branch);
  if (head === null) return;
  const folder = await host.list(head, settings.directory);
  if (!(await passHold(environment, folder, tools))) return;
  if (!(await passRules(environment, dispute, tools))) return endWaiting(environment, tools);
  const from = await tools.records.reconciledCommit(key);
  const changes = await openChanges(environment, { from, head, folder }, tools, signal);
  const standing = asTheyStand(changes, folder, settings);
  for (const [index, change] of standing.entries()) {
    const settled = await settleChange(environment, change, tools, signal);
    if (settled === 'waiting') return waitBehind(environment, standing.slice(index + 1), tools);
    if (settled === 'stopped') return endWaiting(environment, tools);
    await tools.records.setReconciledCommit(key, change.commit);
  }
  await endWaiting(environment, tools);
  await tools.records.setReconciledCommit(key, head);
  await settleHold(environment, tools);
  if (from !== head) await tools.queue.enqueue({ kind: 'warm', ...environment.key });
}

/** Ends a hold whose reason is gone; false where the environment stays on hold. */
async function passHold(environment: Environment, folder: Tree, tools: Tools): Promise<boolean> {
  const hold = await tools.records.hold(environment.key);
  if (hold === null) return true;
  // Somebody's word ends it, whatever the target says or whether it can be asked.
  if (hold.reason === 'asked') return false;
  if (hold.reason === 'rules') return true;
  const state = await tools.targets.read(environment.key, environment.settings);
  if (isDecidedAgain(hold)) return true;
  if (isHoldStillTrue(hold, await standingOf(environment, hold, folder, state))) return false;
  await endHold(environment.key, hold, { actor: 'tidegate', why: 'branch and history agree again.' }, tools);
  await planOpenPullRequests(environment, `the hold on ${environment.policy.name} ended`, tools);
  return (await tools.records.hold(environment.key)) === null;
}

/** What the branch has gained since the last time; on first sight, what it has and the target has not. */
async function openChanges(
  environment: Environment,
  { from, head, folder }: { readonly from: string | null; readonly head: string; readonly folder: Tree },
  tools: Tools,
  signal: AbortSignal,
): Promise<readonly BranchChange[]> {
  if (from === head) return [];
  if (from !== null) return changesBetween(environment, from, head);
  await adoptHistory(environment, head, folder, tools, signal);
  const { history } = await tools.targets.read(environment.key, environment.settings);
  const applied = new Set(history.map(({ name }) => name));
  const before = only(folder, environment.settings, (name) => applied.has(name));
  const pending = [...blobsByName(folder, environment.settings).keys()].some((name) => !applied.has(name));
  if (!pending) return [];
  const pullRequest = await landedBy(environment.host, { sha: head }, environment.policy.branch);
  return [{ commit: head, since: null, pullRequest, before, after: folder }];
}
