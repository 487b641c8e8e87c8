import type { PullRequest } from '../../ports/code-host.ts';
import type { RollbackRecord } from '../../ports/records.ts';
import type { AnnouncementPayload } from '../applying/announcements.ts';
import type { Environment } from '../environment.ts';
import { answer } from '../commands/replies.ts';
import type { Tools } from '../tools.ts';
import { revertBeside } from './revert-beside.ts';
import { pullRequestTakenBack, takenBackWords } from './taken-back.ts';
import { discoverMigrations } from '../../migrations/discover.ts';

type RevertAsked = Extract<AnnouncementPayload, { kind: 'revert' }>;

/**
 * Opens the pull request that takes rolled-back migrations out of the branch: GitHub's own revert where it can
 * make one, else the removal of just those files. Told twice, it opens one.
 */
export async function openRevert(environment: Environment, asked: RevertAsked, tools: Tools): Promise<void> {
  const { key, policy } = environment;
  const record = await tools.records.rollbackOf(key, asked.pullRequest);
  if (record === null) return;
  const number =
    record.revertPullRequest ??
    (await revertBeside(environment, record, tools)) ??
    (await makeRevert(environment, record, tools));
  if (record.revertPullRequest === null) {
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
      revertPullRequest: number,
    },
    'rocket',
    tools,
  );
}

async function makeRevert(environment: Environment, record: RollbackRecord, tools: Tools): Promise<number> {
  const { host } = environment;
  const { reverted, letter } = await letterOf(environment, record, tools);
  const made = reverted === null ? null : await host.revertPullRequest(reverted, letter.title, letter.body);
  return made ?? removeFiles(environment, record, ownBranch(environment, record), tools);
}

/** The branch that the App removes a rollback's files on; others begin with the same. */
export function ownBranch({ policy }: Environment, { commentId }: RollbackRecord): string {
  return `tidegate/rollback-${policy.name}-${commentId}`;
}

/** A pull request that removes just the files of what was rolled back, from the branch as it is now. */
export async function removeFiles(
  environment: Environment,
  record: RollbackRecord,
  branch: string,
  tools: Tools,
): Promise<number> {
  const { host, policy } = environment;
  const { letter } = await letterOf(environment, record, tools);
  const paths = await pathsOf(environment, record);
  const files = Object.fromEntries(paths.map((path) => [path, null]));
  return host.changeFiles(policy.branch, branch, files, letter.title, letter.body);
}

async function letterOf(
  { key, host, policy }: Environment,
  record: RollbackRecord,
  tools: Tools,
): Promise<{ reverted: PullRequest | null; letter: ReturnType<Tools['reports']['revertPullRequest']> }> {
  const whole = pullRequestTakenBack(await tools.records.changesOf(key), record);
  const reverted = whole === null ? null : await host.pullRequest(whole);
  const letter = tools.reports.revertPullRequest({
    environment: policy.name,
    pullRequest: reverted === null ? null : { number: reverted.number, title: reverted.title },
    askedOn: record.pullRequest,
    migrations: record.migrations,
    requester: record.requester,
    confirmedBy: record.confirmedBy,
  });
  return { reverted, letter };
}

async function pathsOf(
  { host, policy, settings }: Environment,
  record: RollbackRecord,
): Promise<readonly string[]> {
  const folder = await host.list(policy.branch, settings.directory);
  if (folder.kind !== 'found') return [];
  const { migrations } = discoverMigrations(folder.entries, settings);
  return migrations.filter(({ name }) => record.migrations.includes(name)).map(({ path }) => path);
}
