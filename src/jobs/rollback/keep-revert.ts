import type { Hold } from '../../domain/hold.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { RollbackRecord } from '../../ports/records.ts';
import type { ReplyView } from '../../report/reply-view.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { revertBeside } from './revert-beside.ts';
import { ownBranch, removeFiles } from './open-revert.ts';

/** The pull request that is to end a hold for a rollback. */
interface Revert {
  readonly record: RollbackRecord;
  readonly pull: PullRequest;
}

/**
 * Keeps the revert of a rollback one that can be merged, as long as its environment is on hold for it: brings the App's
 * own branch up to date with the base, makes one that conflicts by now anew, and says once what stands where somebody
 * closed it. A branch to which somebody has added is not touched.
 */
export async function keepRevert(environment: Environment, hold: Hold, tools: Tools): Promise<void> {
  const revert = await revertOf(environment, hold, tools);
  if (revert === null) return;
  const { record, pull } = revert;
  const { policy } = environment;
  if (pull.state === 'closed') {
    const other = await revertBeside(environment, record, tools);
    if (other !== null) return take(environment, record, other, tools);
    const { migrations } = record;
    const view = { kind: 'revert-closed' as const, environment: policy.name, migrations };
    return sayOnce(environment, pull.number, view, tools);
  }
  if (pull.state !== 'open') return;
  if (pull.mergeable === false) {
    const pullRequest = await makeAnew(environment, record, tools);
    const view = { kind: 'revert-replaced' as const, environment: policy.name, pullRequest };
    await sayOnce(environment, pull.number, view, tools);
    await environment.host.closeIssue(pull.number);
    return take(environment, record, pullRequest, tools);
  }
  const isOwn = pull.headBranch.startsWith(ownBranch(environment, record)) && pull.commitCount === 1;
  if (isOwn) await removeFiles(environment, record, pull.headBranch, tools);
}

/** Makes a new one of a revert that was closed; null where none was. */
export async function renewRevert(
  environment: Environment,
  hold: Hold,
  tools: Tools,
): Promise<number | null> {
  const revert = await revertOf(environment, hold, tools);
  if (revert?.pull.state !== 'closed') return null;
  const number = await makeAnew(environment, revert.record, tools);
  await take(environment, revert.record, number, tools);
  return number;
}

async function revertOf({ key, host }: Environment, hold: Hold, { records }: Tools): Promise<Revert | null> {
  if (hold.reason !== 'rolled-back') return null;
  const [record] = await records.rollbacksIn(key, hold.migrations);
  if (record === undefined || record.revertPullRequest === null) return null;
  const pull = await host.pullRequest(record.revertPullRequest);
  return pull === null ? null : { record, pull };
}

/** Where another environment of the branch has one, it is that. On a branch of its own, so that it takes nobody's commits from the one before. */
async function makeAnew(environment: Environment, record: RollbackRecord, tools: Tools): Promise<number> {
  const beside = await revertBeside(environment, record, tools);
  if (beside !== null && beside !== record.revertPullRequest) return beside;
  const head = (await environment.host.branchHead(environment.policy.branch)) ?? '';
  return removeFiles(environment, record, `${ownBranch(environment, record)}-${head.slice(0, 10)}`, tools);
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
  const marker = `<!-- tidegate:${view.kind} environment=${encodeURIComponent(view.environment)} -->`;
  if ((await host.findComment(number, marker)) !== null) return;
  await host.comment(number, `${reports.reply(view)}\n${marker}\n`);
}
