import type { ApplyOutcome, StepOutcome } from '../../domain/apply.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import { announce, announceOutcome } from '../applying/announcements.ts';
import type { Environment } from '../environment.ts';
import type { HoldRequest } from '../applying/holds.ts';
import type { Asked } from '../commands/replies.ts';
import { announcedSteps, firstError } from '../applying/run-steps.ts';
import { announceFlowDownEnd } from '../promotion/end-flow-down.ts';
import type { Tools } from '../tools.ts';
import { takenOut } from './taken-back-before.ts';
import { changesTakenBack, quoted, takenBackWords } from './taken-back.ts';

/** What on GitHub a rollback belongs to. */
export interface TakenFrom {
  /** The last commit of which something was taken back; null where none is known. */
  readonly commit: string | null;
  /** Whose comment tells of it; null where it is not one pull request's. */
  readonly pullRequest: number | null;
}

/** A rollback that has come to an end. */
export interface EndedRollback extends TakenFrom {
  readonly record: RollbackRecord;
  readonly outcome: ApplyOutcome;
}

/** The hold that stands until the branch says what the database is. */
export function rolledBack(
  { policy }: Environment,
  record: RollbackRecord,
  { commit, pullRequest }: TakenFrom,
): HoldRequest {
  const message = `${takenBackWords(record)} is taken back on ${policy.name}; the branch still holds that.`;
  const { before } = record;
  const also = before.length === 0 ? '' : ` So was ${quoted(before)} before, which it holds as well.`;
  const migrations = takenOut(record);
  return { reason: 'rolled-back', message: `${message}${also}`, migrations, commit, pullRequest };
}

/** What an earlier run that was interrupted, or whose end was in doubt, has taken back. */
export function takenBack(migration: string): StepOutcome {
  return { status: 'already', migration, direction: 'down' };
}

/**
 * All of it is taken back: tells so, and has the revert opened. The record is closed last: whatever interrupts this,
 * a second run finds that it was not, and ends it.
 */
export async function endRollback(
  environment: Environment,
  end: EndedRollback,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy, settings } = environment;
  const { record } = end;
  const { history } = await tools.targets.read(key, settings);
  const left = new Set(history.map(({ name }) => name));
  const changes = await tools.records.changesOf(key);
  for (const change of changesTakenBack(changes, { migrations: takenOut(record) })) {
    if (change.migrations.some((name) => left.has(name))) continue;
    // As of when it ran: that is its place among the others.
    await tools.records.saveChange({ ...change, status: 'rolled-back' });
  }
  await tellEnd(environment, end, tools);
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
  await announceFlowDownEnd(environment, record.migrations, tools);
  await tools.records.updateRollback({ ...record, status: 'done' });
}

/** Has the pull request's comment say how it ended. */
export function tellEnd(
  environment: Environment,
  { pullRequest, commit, outcome }: EndedRollback,
  tools: Tools,
): Promise<void> {
  const told = {
    status: outcome.status === 'done' ? ('rolled-back' as const) : outcome.status,
    commit: commit ?? '',
    steps: announcedSteps(outcome),
    message: firstError(outcome) || null,
  };
  return announceOutcome(environment, pullRequest, told, tools);
}
