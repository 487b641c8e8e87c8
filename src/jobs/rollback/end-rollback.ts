import type { ApplyOutcome, StepOutcome } from '../../domain/apply.ts';
import type { RollbackRecord } from '../../ports/records.ts';
import { announce, announceOutcome } from '../applying/announcements.ts';
import type { Environment } from '../environment.ts';
import { holdEnvironment, type HoldRequest } from '../applying/holds.ts';
import { answer, type Asked } from '../commands/replies.ts';
import { announcedSteps, firstError } from '../applying/run-steps.ts';
import type { Tools } from '../tools.ts';

/** The hold that stands until the branch says what the database is. */
export function rolledBack(
  { policy }: Environment,
  { pullRequest, migrations }: RollbackRecord,
  commit: string | null,
): HoldRequest {
  const message = `#${pullRequest} is taken back on ${policy.name}; the branch still holds its migrations.`;
  return { reason: 'rolled-back', message, migrations, commit, pullRequest };
}

/** What an earlier run that was interrupted, or whose end was in doubt, has taken back. */
export function takenBack(migration: string): StepOutcome {
  return { status: 'already', migration, direction: 'down' };
}

/**
 * All of it is taken back: tells so, and has the revert opened. The record is closed last: whatever interrupts this, a second run finds
 * that it was not, and ends it.
 */
export async function endRollback(
  environment: Environment,
  record: RollbackRecord,
  commit: string,
  outcome: ApplyOutcome,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const changes = await tools.records.changesOf(key);
  for (const change of changes.filter(({ pullRequest }) => pullRequest === record.pullRequest)) {
    await tools.records.saveChange({ ...change, status: 'rolled-back', at: tools.clock() });
  }
  await tellEnd(environment, record, commit, outcome, tools);
  await announce(
    key.repositoryId,
    {
      kind: 'revert',
      environment: policy.name,
      pullRequest: record.pullRequest,
      number: asked.number,
      commentId: asked.commentId,
    },
    tools,
  );
  await tools.records.updateRollback({ ...record, status: 'done' });
}

/** It stopped in between: the environment is on hold, and whoever asked hears why. */
export async function failRollback(
  environment: Environment,
  record: RollbackRecord,
  commit: string,
  outcome: ApplyOutcome,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const { migrations, pullRequest } = record;
  const about = { migrations, commit, pullRequest };
  const begun = `Taking back #${pullRequest} on ${policy.name} did not come to its end`;
  const doubted = outcome.steps.find(({ status }) => status === 'in-doubt');
  const request: HoldRequest =
    doubted === undefined
      ? { reason: 'rolled-back', message: `${begun}: ${firstError(outcome)}`, ...about }
      : {
          reason: 'in-doubt',
          message:
            `${begun}: the connection broke while that was being committed, and the database could not be asked ` +
            `whether it was. ${firstError(outcome)}`,
          ...about,
          takingBack: doubted.migration,
        };
  await holdEnvironment(key, request, tools);
  await tellEnd(environment, record, commit, outcome, tools);
  const reasons = [`It was begun and did not come to its end: ${firstError(outcome)}`];
  const view = {
    kind: 'rollback-refused' as const,
    environment: policy.name,
    pullRequest,
    reasons,
  };
  await answer(key.repositoryId, asked, view, 'confused', tools);
  await tools.records.updateRollback({ ...record, status: 'failed' });
}

/** Has the pull request's comment say how it ended. */
export function tellEnd(
  environment: Environment,
  { pullRequest }: RollbackRecord,
  commit: string,
  outcome: ApplyOutcome,
  tools: Tools,
): Promise<void> {
  const told = {
    status: outcome.status === 'done' ? ('rolled-back' as const) : outcome.status,
    commit,
    steps: announcedSteps(outcome),
    message: firstError(outcome) || null,
  };
  return announceOutcome(environment, pullRequest, told, tools);
}
