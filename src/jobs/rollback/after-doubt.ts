import type { StepOutcome } from '../../domain/apply.ts';
import type { Hold } from '../../domain/hold.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import { anotherDatabase } from '../applying/hold-requests.ts';
import { endHold, holdEnvironment } from '../applying/holds.ts';
import { auditSteps } from '../applying/run-steps.ts';
import { answer, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import { whoseDatabase } from '../same-database.ts';
import type { Tools } from '../tools.ts';
import { endRollback, rolledBack, takenBack, tellEnd } from './end-rollback.ts';
import { waysOfStopped } from './fail-rollback.ts';
import { halfTakenBack, stillThere } from './plan-rollback.ts';
import { howFar, quoted, takenBackWords } from './taken-back.ts';

/** A rollback of which one migration's end was in doubt. */
export interface DoubtedRollback {
  readonly record: RollbackRecord;
  readonly hold: Hold;
  readonly takingBack: NonNullable<Hold['takingBack']>;
}

/** The rollback that left a hold since its end is in doubt; null where something else did. */
export async function doubtedRollback(
  { key }: Environment,
  hold: Hold | null,
  { records }: Pick<Tools, 'records'>,
): Promise<DoubtedRollback | null> {
  if (hold?.takingBack === undefined) return null;
  const record = await records.rollbackOf(key, hold.takingBack.askedOn);
  return record?.status === 'failed' ? { record, hold, takingBack: hold.takingBack } : null;
}

/**
 * Asks the database what a rollback did whose end was in doubt, and says that. Nothing is run: what still stands may
 * have been left so on purpose by now, and `/rollback` takes it back. Where all of it is gone the rollback has ended.
 */
export async function settleDoubt(
  environment: Environment,
  doubted: DoubtedRollback,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, settings } = environment;
  const { record, hold, takingBack } = doubted;
  const state = await tools.targets.read(key, settings);
  const whose = await whoseDatabase(environment, state, tools);
  if (whose !== 'own') {
    return explain(environment, record, [anotherDatabase(environment, whose, hold).message], asked, tools);
  }
  const standing = stillThere(record, state.history);
  const gone = record.migrations.filter((name) => !standing.includes(name));
  const { pullRequest, commit } = hold;
  const origin = { digest: record.digest, commit: commit ?? '', pullRequest, actor: record.requester };
  await auditSteps(key, gone.filter((name) => name === takingBack.migration).map(takenBack), origin, tools);
  if (standing.length === 0) {
    await holdEnvironment(key, { ...rolledBack(environment, record, hold), takingBack }, tools);
    const outcome = { status: 'done' as const, steps: gone.map(takenBack) };
    await endRollback(environment, { record, pullRequest, commit, outcome }, asked, tools);
  } else {
    const half = halfTakenBack(standing, state);
    await endInBetween(environment, doubted, { gone, standing, half }, asked, tools);
  }
  await planOpenPullRequests(environment, `${key.environment} was asked what a rollback did`, tools);
}

interface Found {
  readonly gone: readonly string[];
  readonly standing: readonly string[];
  /** Of these, those of which a part is taken back. */
  readonly half: readonly string[];
}

/** Some of it, or all, still stands. Where nothing was taken back, nothing is left to hold the environment for. */
async function endInBetween(
  environment: Environment,
  { record, hold, takingBack }: DoubtedRollback,
  { gone, standing, half }: Found,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const steps = [
    ...gone.map(takenBack),
    ...standing.filter((name) => name === takingBack.migration).map(notCommitted),
  ];
  const outcome = { status: 'failed' as const, steps };
  await tellEnd(environment, { ...hold, record, outcome }, tools);
  if (gone.length === 0 && half.length === 0) {
    const why = `nothing of ${takenBackWords(record)} was taken back, as \`${asked.actor}\` had the database asked.`;
    await endHold(key, hold, { actor: asked.actor, why }, tools);
    await tools.queue.enqueue({ kind: 'reconcile', ...key, reason: `/retry by ${asked.actor}` });
    const found = `The database was asked again: nothing of it was taken back, and ${quoted(standing)} still stands.`;
    const next = `The hold on ${policy.name} has ended. \`/rollback\` previews it anew.`;
    return explain(environment, record, [found, next], asked, tools);
  }
  const found = howFar({ gone, left: standing, half });
  const message = `Taking back ${takenBackWords(record)} on ${policy.name} stopped in between: ${found}`;
  const waysOut = waysOfStopped(environment);
  await holdEnvironment(key, { ...rolledBack(environment, record, hold), message, waysOut }, tools);
  const next = `${policy.name} stays on hold. \`/rollback\` previews what is left to be taken back.`;
  return explain(environment, record, [`The database was asked again: ${found}`, next], asked, tools);
}

function notCommitted(migration: string): StepOutcome {
  const error = 'The connection broke before it was committed: the history holds it still.';
  const where = { sqlState: null, statement: null, statementsDone: 0 };
  return { status: 'failed', migration, direction: 'down', error, ...where };
}

function explain(
  { key, policy }: Environment,
  record: RollbackRecord,
  reasons: readonly string[],
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const what = takenBackWords(record);
  const pullRequest = record.of === 'pull-request' ? record.pullRequest : null;
  const view = { kind: 'rollback-refused' as const, environment: policy.name, what, pullRequest, reasons };
  return answer(key.repositoryId, asked, view, 'rocket', tools);
}
