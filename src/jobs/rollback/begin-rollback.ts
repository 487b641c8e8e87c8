import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { isOtherThanAgreed, planRollback, reasonsOf, stillThere } from './plan-rollback.ts';
import { refuseRollback, type RollbackAsked } from './rollback-asked.ts';
import { runRollback, supersede, type ReadyRollback } from './run-rollback.ts';
import { stopRollback } from './stop-rollback.ts';

/** Runs what nobody has to confirm; where the database has drifted, it is refused. */
export async function beginRollback(
  environment: Environment,
  record: RollbackRecord,
  rollback: ReadyRollback,
  asked: RollbackAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const stopped = await runRollback(environment, record, rollback, asked, tools, signal);
  if (stopped !== null) await refuseRollback(environment, asked, stopped, tools);
}

/** Asked for and begun, when the process ended: what is left of it is taken back. */
export async function resumeRollback(
  environment: Environment,
  record: RollbackRecord,
  asked: RollbackAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const state = await tools.targets.read(environment.key, environment.settings);
  const rollback = await planRollback(environment, stillThere(record, state.history), state, tools, signal);
  if (rollback.kind !== 'ready') {
    const why = reasonsOf(rollback).join(' ');
    return stopRollback(environment, record, { why, state }, asked, tools);
  }
  if (isOtherThanAgreed(record, rollback, state)) {
    await supersede(environment, record, tools);
    return refuseRollback(environment, asked, [movedMeanwhile], tools);
  }
  await beginRollback(environment, record, rollback, asked, tools, signal);
}

const movedMeanwhile =
  'Something else ran there just then, so that this would no longer be what was shown. Nothing was taken back: ' +
  'comment `/rollback` again for a fresh preview.';
