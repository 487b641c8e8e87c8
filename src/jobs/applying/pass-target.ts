import { compareMigrationNames } from '../../migrations/order.ts';
import { checkActual } from '../../plan/check-actual.ts';
import { TargetUnavailable, type TargetState } from '../../ports/target.ts';
import type { Tree } from '../../ports/tree.ts';
import type { Environment } from '../environment.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import { readFolder } from '../planning/read-folder.ts';
import { namesToRun } from '../planning/run-elsewhere.ts';
import { recordedOf } from '../recorded.ts';
import { whoseDatabase } from '../same-database.ts';
import type { Tools } from '../tools.ts';
import { adoptHistory } from './adopt-history.ts';
import type { BranchChange } from './branch-changes.ts';
import { forgetHalfway, stoppedHalfway } from './halfway.ts';
import { anotherDatabase } from './hold-requests.ts';
import { holdEnvironment, type HoldRequest } from './holds.ts';
import { lostHistory } from './lost-history.ts';
import { stop } from './stop.ts';

/** How far a branch was dealt with, and what it is now. */
export interface BranchPlace {
  /** The commit up to which its changes have been dealt with; null on first sight. */
  readonly from: string | null;
  readonly head: string;
  /** The folder at `head`. */
  readonly folder: Tree;
}

/**
 * Looks whether the target is the environment's own, and still has the history that it was left with; puts the
 * environment on hold where not, and is false then. What ran there by other hands, and is in the branch, is adopted. A
 * target that is away hinders nothing where nothing is to be run.
 */
export async function passTarget(
  environment: Environment,
  place: BranchPlace,
  changes: readonly BranchChange[],
  tools: Tools,
  signal: AbortSignal,
): Promise<boolean> {
  const state = await readUnlessAway(environment, place, tools);
  if (state === null) return true;
  const [first] = changes;
  const about = {
    commit: first?.commit ?? place.from ?? place.head,
    pullRequest: first?.pullRequest?.number ?? null,
  };
  const whose = await whoseDatabase(environment, state, tools);
  const request =
    whose === 'own'
      ? await historyHold(environment, place, state, tools)
      : anotherDatabase(environment, whose, about);
  if (request === null) {
    const { isOver } = await stoppedHalfway(environment, place.folder, state, tools);
    await forgetHalfway(environment, isOver, tools);
    if (hasRunUnseen(environment, place, state)) {
      await adoptHistory(environment, place.head, place.folder, tools, signal);
    }
    return true;
  }
  if (first === undefined) await holdEnvironment(environment.key, request, tools);
  else await stop(environment, first, request, tools);
  return false;
}

/** Whether the history names migrations of the branch of which the ledger knows nothing. */
function hasRunUnseen(
  { settings }: Environment,
  { folder }: BranchPlace,
  { history, ledger }: TargetState,
): boolean {
  const known = new Set(ledger.map(({ name }) => name));
  const unseen = history.filter(({ name }) => !known.has(name));
  if (unseen.length === 0) return false;
  const branch = blobsByName(folder, settings);
  return unseen.some(({ name }) => branch.has(name));
}

/** Whether a look at an environment whose branch has not moved would put it on hold. */
export async function isTargetAstray(
  environment: Environment,
  place: BranchPlace,
  tools: Tools,
): Promise<boolean> {
  try {
    const state = await tools.targets.read(environment.key, environment.settings);
    if ((await whoseDatabase(environment, state, tools)) !== 'own') return true;
    return (await historyHold(environment, place, state, tools)) !== null;
  } catch (error) {
    if (error instanceof TargetUnavailable) return false;
    throw error;
  }
}

async function readUnlessAway(
  { key, settings }: Environment,
  { from, head }: BranchPlace,
  { targets }: Tools,
): Promise<TargetState | null> {
  try {
    return await targets.read(key, settings);
  } catch (error) {
    if (error instanceof TargetUnavailable && from === head) return null;
    throw error;
  }
}

/**
 * What is wrong with the target's history, whatever changes are still to be dealt with: rows of migrations that are
 * nowhere in the branch, rows that are there twice or in no order, and rows that are gone.
 */
async function historyHold(
  environment: Environment,
  { from, head, folder }: BranchPlace,
  state: TargetState,
  tools: Pick<Tools, 'records' | 'cache' | 'targets'>,
): Promise<HoldRequest | null> {
  const { host, policy, settings } = environment;
  const applied = new Set(state.history.map(({ name }) => name));
  const here = { environment: policy.name, settings, applied };
  const before: Tree = from === null || from === head ? folder : await host.list(from, settings.directory);
  const desired = readFolder(folder, settings).files;
  const base = from === null ? [] : readFolder(before, settings).files;
  const lost = await lostHistory(
    environment,
    {
      then: from === null ? new Map() : blobsByName(before, settings),
      now: blobsByName(folder, settings),
      open: from === null ? [] : await namesToRun(host, folder, here, tools),
      state,
    },
    tools,
  );
  const known = new Set([...desired, ...base].map(({ name }) => name));
  const foreign = state.history.map(({ name }) => name).filter((name) => !known.has(name));
  const input = {
    desired,
    base,
    checksums: new Map<string, string>(),
    actual: recordedOf(state),
    compare: compareMigrationNames,
    baseBranch: policy.branch,
  };
  // What is on its way out of the branch may stand in any order.
  const leaving = base.map(({ name }) => name).filter((name) => !desired.some((file) => file.name === name));
  const [problem] = checkActual(input, leaving);
  const about = { commit: from ?? head, pullRequest: null };
  if (problem === undefined) return lost === null ? null : { ...about, ...lost };
  return {
    reason: 'history-mismatch',
    message: lost === null ? problem.message : `${problem.message} ${lost.message}`,
    migrations: foreign,
    ...about,
    ...(lost?.waysOut === undefined || foreign.length === 0
      ? {}
      : { waysOut: [waysOfForeign(policy.name, foreign), ...lost.waysOut] }),
  };
}

function waysOfForeign(environment: string, names: readonly string[]): string {
  const rows = names.map((name) => `\`${name}\``).join(', ');
  return `Make branch and history agree about ${rows}, then comment \`/retry ${environment}\` here.`;
}
