import type { RecordedMigration } from '../../domain/history.ts';
import type { Hold } from '../../domain/hold.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { Tree } from '../../ports/tree.ts';
import { adoptHistory } from './adopt-history.ts';
import { changesBetween, landedBy, type BranchChange } from './branch-changes.ts';
import { environmentBy, standingOf, type Environment } from '../environment.ts';
import { blobsByName, only } from '../planning/named-migrations.ts';
import { asTheyStand } from './standing-changes.ts';
import { branchGone } from './hold-requests.ts';
import { endHold, holdEnvironment } from './holds.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import { passTarget, type BranchPlace } from './pass-target.ts';
import { isDecidedAgain, isHoldStillTrue } from './reconcile-rules.ts';
import { recordedOf } from '../recorded.ts';
import { keepRevert } from '../rollback/keep-revert.ts';
import type { RulesVerdict } from '../ruling/decide-rules.ts';
import { passRules } from '../ruling/hold-for-rules.ts';
import { lookAgain } from '../ruling/look-again.ts';
import { followNewNames } from '../ruling/new-names.ts';
import { settleRules } from '../ruling/settle-rules.ts';
import { readSetup } from '../setup.ts';
import { settleChange } from './settle-change.ts';
import { settleHold } from './settle-hold.ts';
import { mayTake, noteTurn, passTurn, tellWaiting } from './take-turns.ts';
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
  const setup = await readSetup(host, tools);
  if (setup.kind === 'ready') await followNewNames(key.repositoryId, setup, tools, key.environment);
  const environment = environmentBy(host, setup, key, tools);
  if (environment === null) return;
  const head = await host.branchHead(environment.policy.branch);
  if (head === null) await holdWithoutBranch(environment, tools);
  else if (await bringTo(environment, head, dispute, tools, signal)) await noteTurn(environment, head, tools);
  await passTurn(environment, tools);
}

/** False where it waits for the environment before it on its branch. */
async function bringTo(
  environment: Environment,
  head: string,
  dispute: RulesVerdict | null,
  tools: Tools,
  signal: AbortSignal,
): Promise<boolean> {
  const { key, host, settings } = environment;
  const folder = await host.list(head, settings.directory);
  const stop = async (): Promise<true> => {
    await endWaiting(environment, tools);
    return true;
  };
  if (!(await passHold(environment, folder, tools))) return true;
  if (!(await passRules(environment, dispute, tools))) return stop();
  const from = await tools.records.reconciledCommit(key);
  const moved = from === null || from === head ? [] : await changesBetween(environment, from, head);
  const place = { from, head, folder };
  if (!(await passTarget(environment, place, moved, tools, signal))) return stop();
  const changes = from === null ? await firstChanges(environment, place, tools, signal) : moved;
  const names = changes.length === 0 ? noNames : await namesRun(environment, changes, tools);
  const standing = asTheyStand(changes, folder, settings, names);
  for (const [index, change] of standing.entries()) {
    const turn = await mayTake(environment, change, tools);
    if (turn.kind === 'waits') {
      await tellWaiting(environment, standing.slice(index), turn, tools);
      await endWaiting(environment, tools);
      return false;
    }
    const settled = await settleChange(environment, change, tools, signal);
    if (settled === 'waiting') {
      await waitBehind(environment, standing.slice(index + 1), tools);
      return true;
    }
    if (settled === 'stopped') return stop();
    await tools.records.setReconciledCommit(key, change.commit);
  }
  await endWaiting(environment, tools);
  await tools.records.setReconciledCommit(key, head);
  await settleHold(environment, tools);
  if (from !== head) await tools.queue.enqueue({ kind: 'warm', ...environment.key });
  return true;
}

const noNames = { ran: new Set<string>(), ranBefore: new Set<string>() };

/** What stands in the history, and what of it by other hands, or by an earlier change than these. */
async function namesRun(
  { key, settings }: Environment,
  changes: readonly BranchChange[],
  { targets }: Tools,
): Promise<{ readonly ran: ReadonlySet<string>; readonly ranBefore: ReadonlySet<string> }> {
  const own = new Set(changes.map(({ commit }) => commit));
  const recorded = recordedOf(await targets.read(key, settings));
  const before = recorded.filter(
    ({ ledger }) => ledger === null || ledger.adopted || !own.has(ledger.commit),
  );
  return { ran: namesOf(recorded), ranBefore: namesOf(before) };
}

function namesOf(recorded: readonly RecordedMigration[]): ReadonlySet<string> {
  return new Set(recorded.map(({ name }) => name));
}

/** A branch that was there and is gone takes nothing back; whoever took it away may not know whose it was. */
async function holdWithoutBranch({ key, host, policy }: Environment, tools: Tools): Promise<void> {
  const from = await tools.records.reconciledCommit(key);
  if (from === null || (await tools.records.hold(key)) !== null) return;
  await holdEnvironment(key, branchGone(policy, host.repository.defaultBranch, from), tools);
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
  if (isHoldStillTrue(hold, await standingOf(environment, hold, folder, state))) {
    await keepRevert(environment, hold, tools);
    return false;
  }
  await endHold(environment.key, hold, { actor: 'tidegate', why: reasonGone(hold) }, tools);
  await planOpenPullRequests(environment, `the hold on ${environment.policy.name} ended`, tools);
  return (await tools.records.hold(environment.key)) === null;
}

function reasonGone(hold: Hold): string {
  return hold.reason === 'removed' && hold.migrations.length === 0
    ? 'its branch is there again.'
    : 'branch and history agree again.';
}

/** On first sight there is one change: what the branch has and the target has not. */
async function firstChanges(
  environment: Environment,
  { head, folder }: Pick<BranchPlace, 'head' | 'folder'>,
  tools: Tools,
  signal: AbortSignal,
): Promise<readonly BranchChange[]> {
  await adoptHistory(environment, head, folder, tools, signal);
  const { history } = await tools.targets.read(environment.key, environment.settings);
  const applied = new Set(history.map(({ name }) => name));
  const before = only(folder, environment.settings, (name) => applied.has(name));
  const pending = [...blobsByName(folder, environment.settings).keys()].some((name) => !applied.has(name));
  if (!pending) return [];
  const pullRequest = await landedBy(environment.host, { sha: head }, environment.policy.branch);
  return [{ commit: head, since: null, pullRequest, before, after: folder }];
}
