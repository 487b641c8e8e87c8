import type { PullRequest } from '../ports/code-host.ts';
import type { RollbackRecord } from '../ports/records.ts';
import type { AnnouncementPayload } from './announcements.ts';
import type { Environment } from './environment.ts';
import { answer } from './replies.ts';
import type { Tools } from './tools.ts';
import { discoverMigrations } from '../migrations/discover.ts';

type RevertAsked = Extract<AnnouncementPayload, { kind: 'revert' }>;

/**
 * Opens the pull request that takes rolled-back migrations out of the branch: GitHub's own revert where it can
 * make one, else the removal of just those files. Told twice, it opens one.
 */
export async function openRevert(environment: Environment, asked: RevertAsked, tools: Tools): Promise<void> {
  const { key, host, policy } = environment;
  const record = await tools.records.rollbackOf(key, asked.pullRequest);
  const reverted = await host.pullRequest(asked.pullRequest);
  if (record === null || reverted === null) return;
  const number = record.revertPullRequest ?? (await makeRevert(environment, record, reverted, tools));
  if (record.revertPullRequest === null) {
    await tools.records.setRevertPullRequest(record.id, number);
    await tools.queue.enqueue({
      kind: 'plan',
      repositoryId: key.repositoryId,
      pullRequest: number,
      reason: `it takes back #${asked.pullRequest}`,
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

async function makeRevert(
  environment: Environment,
  record: RollbackRecord,
  reverted: PullRequest,
  tools: Tools,
): Promise<number> {
  const { host, policy } = environment;
  const { title, body } = tools.reports.revertPullRequest({
    environment: policy.name,
    pullRequest: reverted.number,
    title: reverted.title,
    migrations: record.migrations,
    requester: record.requester,
    confirmedBy: record.confirmedBy,
  });
  const made = await host.revertPullRequest(reverted, title, body);
  if (made !== null) return made;
  const branch = `tidegate/rollback-${policy.name}-${reverted.number}`;
  return host.removeFiles(policy.branch, branch, await pathsOf(environment, record), title, body);
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
