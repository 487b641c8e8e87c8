import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import { isOtherThanAgreed, planRollback, reasonsOf, stillThere } from './plan-rollback.ts';
import { lostRight } from './requester-right.ts';
import {
  answerCounted,
  auditConfirmed,
  countConfirmation,
  type Confirmed,
} from '../commands/count-confirmation.ts';
import { askedLater, refuseCommand, type Asked } from '../commands/replies.ts';
import { runRollback, supersede } from './run-rollback.ts';
import { stopRollback } from './stop-rollback.ts';
import type { Tools } from '../tools.ts';
import { writersOf } from '../commands/writers-of.ts';
import { changesTakenBack } from './taken-back.ts';

/** `/confirm`: counts a confirmation of the rollback that was previewed here, and runs it when enough have. */
export async function confirmRollback(
  environment: Environment,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { key } = environment;
  const record = await tools.records.rollbackOf(key, asked.number);
  if (record === null || !['awaiting-confirmation', 'running'].includes(record.status)) {
    return refuseCommand(
      'confirm',
      environment,
      asked,
      'Nothing waits for a confirmation here. `/rollback` previews what could be taken back.',
      tools,
    );
  }
  if (asked.commentId < record.commentId)
    return refuseCommand('confirm', environment, asked, askedLater('rollback'), tools);
  const changes = changesTakenBack(await tools.records.changesOf(key), record);
  const writers = await writersOf(environment, changes, tools);
  const counted = await countConfirmation(environment, record, asked.actor, { what: 'rollback', writers });
  if (counted.kind === 'refused')
    return answerCounted(environment, counted, confirmedOf(record), asked, tools);
  const confirmed = { ...record, confirmedBy: counted.confirmedBy };
  if (counted.missing !== null) {
    await tools.records.updateRollback(confirmed);
    return answerCounted(environment, counted, confirmedOf(record), asked, tools);
  }
  // What has begun is brought to its end, whoever asked for it.
  const lost = record.status === 'running' ? null : await lostRight(environment, record.requester);
  if (lost !== null) {
    await tools.records.updateRollback({ ...record, status: 'superseded' });
    const next = 'Somebody who may comments `/rollback` again for a fresh preview.';
    return refuseCommand(
      'confirm',
      environment,
      asked,
      `Nothing was run: who asked has lost the right to. ${lost} ${next}`,
      tools,
    );
  }
  await confirmAndRun(environment, confirmed, asked, tools, signal);
}

async function confirmAndRun(
  environment: Environment,
  record: RollbackRecord,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { key, settings } = environment;
  const state = await tools.targets.read(key, settings);
  const rollback = await planRollback(environment, stillThere(record, state.history), state, tools, signal);
  if (rollback.kind !== 'ready') {
    const why = reasonsOf(rollback).join(' ');
    return record.status === 'running'
      ? stopRollback(environment, record, { why, state }, asked, tools)
      : refuseCommand('confirm', environment, asked, why, tools);
  }
  // What counts as a loss may have become more since, with another version.
  const isLossUnsaid = rollback.losses.length > 0 && !record.acceptDataLoss;
  const isOther = rollback.plan.digest !== record.digest || isLossUnsaid;
  if ((record.status === 'awaiting-confirmation' && isOther) || isOtherThanAgreed(record, rollback, state)) {
    await supersede(environment, record, tools);
    return refuseCommand(
      'confirm',
      environment,
      asked,
      'What would be run now is no longer what was previewed. Comment `/rollback` again for a fresh preview.',
      tools,
    );
  }
  await tools.records.updateRollback(record);
  await auditConfirmed(environment, confirmedOf(record), asked, tools);
  const stopped = await runRollback(environment, record, rollback, asked, tools, signal);
  if (stopped !== null) await refuseCommand('confirm', environment, asked, stopped.join(' '), tools);
}

/** What is confirmed, for the audit. */
function confirmedOf({ digest, requester, migrations }: RollbackRecord): Confirmed {
  return { digest, detail: { requester, migrations } };
}
