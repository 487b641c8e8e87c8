import type { Job } from '../../domain/job.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import { TargetUnavailable, type TargetState } from '../../ports/target.ts';
import { holdEnvironment } from '../applying/holds.ts';
import { movedWords, TargetMoved, waysByRules } from '../applying/target-moved.ts';
import { answer, type Asked } from '../commands/replies.ts';
import { findEnvironment, type Environment } from '../environment.ts';
import { whoseDatabase } from '../same-database.ts';
import type { Tools } from '../tools.ts';
import { rolledBack } from './end-rollback.ts';
import { waysOfStopped } from './fail-rollback.ts';
import { halfTakenBack, stillThere } from './plan-rollback.ts';
import { lastBrought } from './taken-back-before.ts';
import { howFar, pullRequestTakenBack, takenBackWords } from './taken-back.ts';

interface Stopped {
  /** A sentence or two. */
  readonly why: string;
  /** Of what answers there; null where nothing does. */
  readonly state: TargetState | null;
  /** What to do before `/rollback` is asked for again, a sentence each. */
  readonly next?: readonly string[];
}

/**
 * A rollback that had begun, and is refused where it was to go on, or whose job was given up, is over: it has failed,
 * the hold says how far it came, and `/rollback` takes back what is left. Where nothing was taken back the next look
 * ends the hold.
 */
export async function stopRollback(
  environment: Environment,
  record: RollbackRecord,
  { why, state, next = [] }: Stopped,
  asked: Pick<Asked, 'number' | 'commentId'>,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const changes = await tools.records.changesOf(key);
  const commit = lastBrought(changes, record);
  const pullRequest = pullRequestTakenBack(changes, record);
  const isOwn = state !== null && (await whoseDatabase(environment, state, tools)) === 'own';
  const own = isOwn ? state : null;
  const far = own === null ? notAsked(state) : howFarThere(record, own);
  const what = takenBackWords(record);
  const message = `Taking back ${what} on ${policy.name} did not come to its end: ${why} ${far}`;
  const request = { ...rolledBack(environment, record, { commit, pullRequest }), message };
  const standing = await tools.records.hold(key);
  // Another reason than its own, as that another database answers, says more of the moment.
  if (standing === null || standing.reason === 'rolled-back') {
    await holdEnvironment(key, { ...request, waysOut: waysOfStopped(environment) }, tools);
  }
  await tools.records.audit({
    ...key,
    pullRequest,
    commit,
    actor: record.requester,
    action: 'rollback-failed',
    migration: null,
    digest: record.digest,
    detail: { error: why, migrations: record.migrations, left: own && stillThere(record, own.history) },
  });
  const reasons = [`It was begun and did not come to its end: ${why}`, far, ...next];
  const view = { kind: 'rollback-refused' as const, environment: policy.name, what, pullRequest, reasons };
  await answer(key.repositoryId, asked, view, 'confused', tools);
  await tools.records.updateRollback({ ...record, status: 'failed' });
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason: 'a rollback stopped' });
}

/** What another database has says nothing of it. */
function notAsked(state: TargetState | null): string {
  const why = state === null ? 'the database does not answer' : 'another database answers';
  return `How far it came is not known, since ${why}: it is looked at once ${state === null ? 'it' : 'its own'} does.`;
}

function howFarThere(record: RollbackRecord, state: TargetState): string {
  const left = stillThere(record, state.history);
  const gone = record.migrations.filter((name) => !left.includes(name));
  return howFar({ gone, left, half: halfTakenBack(left, state) });
}

/** Ends what a command had begun to take back when its job was given up; false where it had begun nothing. */
export async function endGivenUp(
  job: Extract<Job, { kind: 'act' }>,
  error: unknown,
  tools: Tools,
): Promise<boolean> {
  if (job.command.name !== 'rollback' && job.command.name !== 'confirm') return false;
  const environment = await findEnvironment(job, tools);
  const record = environment === null ? null : await tools.records.rollbackOf(job, job.pullRequest);
  if (environment === null || record?.status !== 'running') return false;
  const asked = { number: job.pullRequest, commentId: job.commentId };
  const state = await stateUnlessAway(environment, tools);
  await stopRollback(
    environment,
    record,
    { ...(await givenUpFor(environment, error, tools)), state },
    asked,
    tools,
  );
  return true;
}

async function givenUpFor(
  environment: Environment,
  error: unknown,
  tools: Tools,
): Promise<Omit<Stopped, 'state'>> {
  if (error instanceof TargetUnavailable) return { why: error.message };
  if (!(error instanceof TargetMoved)) return { why: triedOften };
  const pause = 'Find what changes it, and have that pause; then comment `/rollback` again.';
  return {
    why: await movedWords(environment, error, tools),
    next: [pause, ...waysByRules(environment, error)],
  };
}

const triedOften = 'It was tried several times; whoever runs Tidegate finds the cause in its log.';

async function stateUnlessAway(
  { key, settings }: Environment,
  { targets }: Pick<Tools, 'targets'>,
): Promise<TargetState | null> {
  try {
    return await targets.read(key, settings);
  } catch (error) {
    if (error instanceof TargetUnavailable) return null;
    throw error;
  }
}
