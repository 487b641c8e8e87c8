import type { Job } from '../../domain/job.ts';
import { holdEnvironment } from '../applying/holds.ts';
import { movedWords, waysByRules, type TargetMoved } from '../applying/target-moved.ts';
import { answer } from '../commands/replies.ts';
import { findEnvironment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { rolledBack, waysOfStopped } from './end-rollback.ts';
import { supersede } from './run-rollback.ts';
import { takenBackWords } from './taken-back.ts';

/**
 * Ends a rollback whose target was another at each of several tries, and tells whoever asked. Nothing of it runs any
 * more: the hold that it began with ends, or says how far it came.
 */
export async function stopMoved(
  job: Extract<Job, { kind: 'act' }>,
  moved: TargetMoved,
  tools: Tools,
): Promise<void> {
  const environment = await findEnvironment(job, tools);
  const record = await tools.records.rollbackOf(job, job.pullRequest);
  if (environment === null || record?.status !== 'running') return;
  const found = await movedWords(environment, moved, tools);
  const { migrations: left, commit, pullRequest } = moved.toRun;
  const what = takenBackWords(record);
  if (left.length === record.migrations.length) await supersede(environment, record, tools);
  else {
    const from = { commit: commit === '' ? null : commit, pullRequest };
    const request = rolledBack(environment, record, from);
    const message = `Taking back ${what} on ${environment.policy.name} stopped in between: ${found}`;
    await holdEnvironment(
      environment.key,
      { ...request, message, waysOut: waysOfStopped(environment) },
      tools,
    );
    await tools.records.updateRollback({ ...record, status: 'failed' });
  }
  const next = 'Find what changes it, and have that pause; then comment `/rollback` again.';
  const view = {
    kind: 'rollback-refused' as const,
    environment: environment.policy.name,
    what,
    pullRequest: record.of === 'pull-request' ? record.pullRequest : null,
    reasons: [found, next, ...waysByRules(environment, moved)],
  };
  await answer(
    job.repositoryId,
    { number: job.pullRequest, commentId: job.commentId },
    view,
    'confused',
    tools,
  );
}
