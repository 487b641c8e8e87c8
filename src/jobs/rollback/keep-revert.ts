import type { Hold } from '../../domain/hold.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { ReplyView } from '../../report/reply-view.ts';
import { isSameLogin } from '../../gate/rights.ts';
import { commentOnce } from '../comment-once.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { revertBeside } from './revert-beside.ts';
import { takenOut } from './taken-back-before.ts';
import { ownBranch, removeFiles, type HeldRollback } from './open-revert.ts';

/** What is to end a hold for a rollback. */
interface Revert extends HeldRollback {
  /** Null where none was opened, since the branch held nothing of it then. */
  readonly pull: PullRequest | null;
}

/**
 * Keeps the revert of a rollback one that can be merged, as long as its environment is on hold for it: brings the App's
 * own branch, or that of GitHub's own revert, up to date with the base, makes one that conflicts by now anew, and says
 * once what stands where somebody closed it. A branch to which somebody has added is not touched.
 */
export async function keepRevert(environment: Environment, hold: Hold, tools: Tools): Promise<void> {
  const revert = await revertOf(environment, hold, tools);
  const pull = revert?.pull ?? null;
  if (revert === null || pull === null) return;
  const { record } = revert;
  const { policy } = environment;
  if (pull.state === 'closed') {
    const other = await revertBeside(environment, record, tools);
    if (other !== null) return take(environment, record, other, tools);
    const migrations = takenOut(record);
    const view = { kind: 'revert-closed' as const, environment: policy.name, migrations };
    return sayOnce(environment, pull.number, view, tools);
  }
  if (pull.state !== 'open') return;
  if (pull.mergeable === false) {
    const pullRequest = await makeAnew(environment, revert, tools);
    const view = { kind: 'revert-replaced' as const, environment: policy.name, pullRequest };
    await sayOnce(environment, pull.number, view, tools);
    await environment.host.closeIssue(pull.number);
    return take(environment, record, pullRequest, tools);
  }
  const isOwn = pull.headBranch.startsWith(ownBranch(environment, record)) && pull.commitCount === 1;
  if (isOwn) await removeFiles(environment, revert, pull.headBranch, tools);
  else await updateUntouched(environment, pull, tools);
}

/** GitHub's own revert takes the base branch in, as long as nobody but the App has a commit on it. */
async function updateUntouched({ host }: Environment, pull: PullRequest, { hosts }: Tools): Promise<void> {
  if ((await host.mergeBase(pull.baseCommit, pull.head)) === pull.baseCommit) return;
  const app = await hosts.appLogin();
  const { people, complete } = await host.contributors(pull.number, pull);
  if (complete && people.every(({ login }) => isSameLogin(login, app))) await host.updateBranch(pull);
}

/** Makes a new one of a revert that was closed, or that there was no need for; null where one stands. */
export async function renewRevert(
  environment: Environment,
  hold: Hold,
  tools: Tools,
): Promise<number | null> {
  const revert = await revertOf(environment, hold, tools);
  if (revert === null || (revert.pull !== null && revert.pull.state !== 'closed')) return null;
  const number = await makeAnew(environment, revert, tools);
  await take(environment, revert.record, number, tools);
  return number;
}

async function revertOf({ key, host }: Environment, hold: Hold, { records }: Tools): Promise<Revert | null> {
  if (hold.reason !== 'rolled-back') return null;
  const rollbacks = await records.rollbacksIn(key, hold.migrations);
  const record = rollbacks.find(({ status }) => status === 'done');
  if (record === undefined) return null;
  if (record.revertPullRequest === null) return { record, hold, pull: null };
  const pull = await host.pullRequest(record.revertPullRequest);
  return pull === null ? null : { record, hold, pull };
}

/** Where another environment of the branch has one, it is that. On a branch of its own, so that it takes nobody's commits from the one before. */
async function makeAnew(environment: Environment, revert: Revert, tools: Tools): Promise<number> {
  const beside = await revertBeside(environment, revert.record, tools);
  if (beside !== null && beside !== revert.record.revertPullRequest) return beside;
  const head = (await environment.host.branchHead(environment.policy.branch)) ?? '';
  const branch = `${ownBranch(environment, revert.record)}-${head.slice(0, 10)}`;
  return removeFiles(environment, revert, branch, tools);
}

/** Last of all: whatever interrupts it before is done again, and comes to the same. */
async function take(
  { key }: Environment,
  record: RollbackRecord,
  pullRequest: number,
  { records, queue }: Tools,
): Promise<void> {
  await records.setRevertPullRequest(record.id, pullRequest);
  const reason = 'it takes the place of another revert';
  await queue.enqueue({ kind: 'plan', repositoryId: key.repositoryId, pullRequest, reason });
}

async function sayOnce(
  { host }: Environment,
  number: number,
  view: Extract<ReplyView, { kind: 'revert-closed' | 'revert-replaced' }>,
  { reports }: Tools,
): Promise<void> {
  const about = `${view.kind} environment=${encodeURIComponent(view.environment)}`;
  await commentOnce(host, number, about, reports.reply(view));
}
