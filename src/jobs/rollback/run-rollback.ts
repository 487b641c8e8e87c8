import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import { holdEnvironment } from '../applying/holds.ts';
import { endRollback, rolledBack, takenBack } from './end-rollback.ts';
import { failRollback } from './fail-rollback.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import { lookBeforeRollback } from './look-before-rollback.ts';
import type { RollbackPlan } from './plan-rollback.ts';
import { lookAround } from '../promotion/look-around.ts';
import type { Asked } from '../commands/replies.ts';
import { auditSteps, runSteps } from '../applying/run-steps.ts';
import type { Tools } from '../tools.ts';
import { lastBrought, takenBackBefore } from './taken-back-before.ts';
import { changesTakenBack, pullRequestTakenBack } from './taken-back.ts';

export type ReadyRollback = Extract<RollbackPlan, { kind: 'ready' }>;

/**
 * Takes back what was previewed and confirmed; null, or why nothing is run, a sentence each, where the database has
 * drifted. The environment goes on hold first, so that whatever happens in between, nothing is applied on a branch that
 * still wants what is being taken back.
 */
export async function runRollback(
  environment: Environment,
  confirmed: RollbackRecord,
  rollback: ReadyRollback,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const { key } = environment;
  const about = { record: confirmed, rollback };
  const look = await lookBeforeRollback(environment, about, asked, tools, signal);
  if (look.kind === 'stopped') {
    await supersede(environment, confirmed, tools);
    return look.reasons;
  }
  const record = { ...confirmed, before: await takenBackBefore(environment, confirmed, tools) };
  const changes = await tools.records.changesOf(key);
  const commit = changesTakenBack(changes, record)[0]?.commit ?? null;
  const pullRequest = pullRequestTakenBack(changes, record);
  await tools.records.updateRollback({ ...record, status: 'running' });
  const from = { commit: lastBrought(changes, record), pullRequest };
  await holdEnvironment(key, rolledBack(environment, record, from), tools);
  const applied = new Set(rollback.history);
  const origin = { digest: record.digest, commit: commit ?? '', pullRequest, actor: record.requester };
  const gone = record.migrations.filter((name) => !applied.has(name)).map(takenBack);
  await auditSteps(key, gone, origin, tools);
  const on = { applied, fingerprint: look.fingerprint };
  const rest = await runSteps(environment, rollback.steps, on, origin, tools);
  const outcome = { ...rest, steps: [...gone, ...rest.steps] };
  const end = { record, commit, pullRequest, outcome };
  if (outcome.status === 'done') await endRollback(environment, end, asked, tools);
  else await failRollback(environment, end, asked, tools);
  // Its files may be gone from the branch already, or nothing may have been taken back: the hold is then over.
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason: 'it was rolled back' });
  await tools.queue.enqueue({ kind: 'drift', ...key });
  await planOpenPullRequests(environment, `${key.environment} was rolled back`, tools);
  await lookAround(environment, record.migrations, tools);
  return null;
}

/** What would run is something else by now. Where it was about to run, the hold that it began with is over. */
export async function supersede(
  { key }: Environment,
  record: RollbackRecord,
  { records, queue }: Tools,
): Promise<void> {
  await records.updateRollback({ ...record, status: 'superseded' });
  if (record.status !== 'running') return;
  await queue.enqueue({ kind: 'reconcile', ...key, reason: 'a rollback was not run' });
}
