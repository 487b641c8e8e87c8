import type { Hold } from '../../domain/hold.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { ChangeRecord, RollbackRecord } from '../../ports/record-rows.ts';
import type { AnnouncementPayload } from '../applying/announcements.ts';
import type { Environment } from '../environment.ts';
import { answer } from '../commands/replies.ts';
import type { Tools } from '../tools.ts';
import { filesLeft } from './files-left.ts';
import { revertBeside } from './revert-beside.ts';
import { takenOut } from './taken-back-before.ts';
import { pullRequestTakenBack, takenBackWords } from './taken-back.ts';

type RevertAsked = Extract<AnnouncementPayload, { kind: 'revert' }>;

/**
 * Opens the pull request that takes rolled-back migrations out of the branch: GitHub's own revert where it can
 * make one, else the removal of just those files. Told twice, it opens one. None is opened where the branch holds
 * nothing of them any more as it ran.
 */
export async function openRevert(environment: Environment, asked: RevertAsked, tools: Tools): Promise<void> {
  const { key, policy } = environment;
  const record = await tools.records.rollbackOf(key, asked.pullRequest);
  if (record === null) return;
  const number =
    record.revertPullRequest ??
    (await revertBeside(environment, record, tools)) ??
    (await makeRevert(environment, record, tools));
  if (record.revertPullRequest === null && number !== null) {
    await tools.records.setRevertPullRequest(record.id, number);
    await tools.queue.enqueue({
      kind: 'plan',
      repositoryId: key.repositoryId,
      pullRequest: number,
      reason: `it takes back ${takenBackWords(record)}`,
    });
  }
  await answer(
    key.repositoryId,
    { number: asked.number, commentId: asked.commentId },
    {
      kind: 'rollback-done',
      environment: policy.name,
      migrations: record.migrations,
      before: record.before,
      branch: policy.branch,
      revertPullRequest: number,
    },
    'rocket',
    tools,
  );
}

/** Null where there is nothing to take out: the hold for it has ended by then, or ends at the next look. */
async function makeRevert(
  environment: Environment,
  record: RollbackRecord,
  tools: Tools,
): Promise<number | null> {
  const { key, host } = environment;
  const hold = await tools.records.hold(key);
  if (hold?.reason !== 'rolled-back') return null;
  const left = await filesLeft(environment, record, hold);
  if (left?.length === 0) return null;
  const { reverted, letter } = await letterOf(environment, record, tools);
  const made = reverted === null ? null : await host.revertPullRequest(reverted, letter.title, letter.body);
  return made ?? removeFiles(environment, { record, hold }, ownBranch(environment, record), tools);
}

/** The branch that the App removes a rollback's files on; others begin with the same. */
export function ownBranch({ policy }: Environment, { commentId }: RollbackRecord): string {
  return `tidegate/rollback-${policy.name}-${commentId}`;
}

/** A rollback, and the hold that stands for it. */
export interface HeldRollback {
  readonly record: RollbackRecord;
  readonly hold: Hold;
}

/** A pull request that removes just the files of what was rolled back, from the branch as it is now. */
export async function removeFiles(
  environment: Environment,
  { record, hold }: HeldRollback,
  branch: string,
  tools: Tools,
): Promise<number> {
  const { host, policy } = environment;
  const { letter } = await letterOf(environment, record, tools);
  const paths = (await filesLeft(environment, record, hold)) ?? [];
  const files = Object.fromEntries(paths.map((path) => [path, null]));
  return host.changeFiles(policy.branch, branch, files, letter.title, letter.body);
}

/** GitHub's own revert takes out one pull request: it will not do where more than that is to go. */
function revertedWhole(changes: readonly ChangeRecord[], record: RollbackRecord): number | null {
  const migrations = takenOut(record);
  const whole = pullRequestTakenBack(changes, record);
  if (whole === null) return pullRequestTakenBack(changes, { ...record, of: 'migrations', migrations });
  const own = changes.filter(({ pullRequest }) => pullRequest === whole).flatMap((one) => one.migrations);
  return record.before.every((name) => own.includes(name)) ? whole : null;
}

/** What was taken back before, with where that was asked for, where it is known. */
async function askedBefore(
  { key }: Environment,
  { id, before }: RollbackRecord,
  { records }: Pick<Tools, 'records'>,
): Promise<readonly { readonly migration: string; readonly askedOn: number | null }[]> {
  if (before.length === 0) return [];
  const earlier = (await records.rollbacksIn(key, before)).filter((one) => one.id < id);
  return before.map((migration) => {
    const by = earlier.find(({ migrations }) => migrations.includes(migration));
    return { migration, askedOn: by?.pullRequest ?? null };
  });
}

async function letterOf(
  environment: Environment,
  record: RollbackRecord,
  tools: Tools,
): Promise<{ reverted: PullRequest | null; letter: ReturnType<Tools['reports']['revertPullRequest']> }> {
  const { key, host, policy } = environment;
  const whole = revertedWhole(await tools.records.changesOf(key), record);
  const reverted = whole === null ? null : await host.pullRequest(whole);
  const letter = tools.reports.revertPullRequest({
    environment: policy.name,
    pullRequest: reverted === null ? null : { number: reverted.number, title: reverted.title },
    askedOn: record.pullRequest,
    migrations: record.migrations,
    before: await askedBefore(environment, record, tools),
    requester: record.requester,
    confirmedBy: record.confirmedBy,
  });
  return { reverted, letter };
}
