import type { ApplyOutcome, StepOutcome } from '../../domain/apply.ts';
import type { RollbackRecord } from '../../ports/records.ts';
import { announce, announceOutcome } from '../applying/announcements.ts';
import type { Environment } from '../environment.ts';
import { holdEnvironment, type HoldRequest } from '../applying/holds.ts';
import { answer, type Asked } from '../commands/replies.ts';
import { announcedSteps, firstError, statementsStanding } from '../applying/run-steps.ts';
import { announceFlowDownEnd } from '../promotion/end-flow-down.ts';
import type { Tools } from '../tools.ts';
import { takenOut } from './taken-back-before.ts';
import { changesTakenBack, howFar, quoted, takenBackWords } from './taken-back.ts';

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

/** It stopped in between: the environment is on hold, and whoever asked hears why. */
export async function failRollback(
  environment: Environment,
  end: EndedRollback,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const { record, outcome, commit, pullRequest } = end;
  const about = { migrations: takenOut(record), commit, pullRequest };
  const why = `${firstError(outcome)}${whatStands(outcome)}`;
  const far = howFarIn(record, outcome);
  const begun = `Taking back ${takenBackWords(record)} on ${policy.name} did not come to its end`;
  const doubted = outcome.steps.find(({ status }) => status === 'in-doubt');
  const request: HoldRequest =
    doubted === undefined
      ? {
          reason: 'rolled-back',
          message: `${begun}: ${why} ${far}`.trimEnd(),
          waysOut: waysOfStopped(environment),
          ...about,
        }
      : {
          reason: 'in-doubt',
          message:
            `${begun}: the connection broke while that was being committed, and the database could not be asked ` +
            `whether it was. ${firstError(outcome)}`,
          ...about,
          takingBack: { migration: doubted.migration, askedOn: record.pullRequest },
        };
  await holdEnvironment(key, request, tools);
  await tellEnd(environment, end, tools);
  const next =
    doubted === undefined ? againOnce : `Look at the database, then comment \`/retry ${policy.name}\` here.`;
  const reasons = [`It was begun and did not come to its end: ${why}`, ...(far === '' ? [] : [far]), next];
  const view = {
    kind: 'rollback-refused' as const,
    environment: policy.name,
    what: takenBackWords(record),
    pullRequest,
    reasons,
  };
  await answer(key.repositoryId, asked, view, 'confused', tools);
  await tools.records.updateRollback({ ...record, status: 'failed' });
}

/** Empty where a part of the one that failed stands: that has been said. */
function howFarIn({ migrations }: RollbackRecord, outcome: ApplyOutcome): string {
  const { steps } = outcome;
  const isGone = (name: string): boolean =>
    steps.some(({ migration, status }) => migration === name && (status === 'done' || status === 'already'));
  const [gone, left] = [migrations.filter(isGone), migrations.filter((name) => !isGone(name))];
  if (gone.length === 0 && statementsStanding(outcome) > 0) return '';
  return howFar({ gone, left, half: [] });
}

const againOnce = 'Once what was in its way is gone, comment `/rollback` again.';

function whatStands(outcome: ApplyOutcome): string {
  const done = statementsStanding(outcome);
  return done === 0 ? '' : ` It runs outside a transaction, and ${done} of its statements stand.`;
}

/** What ends the hold of a rollback that stopped in between: nothing has been opened that could be merged. */
export function waysOfStopped({ policy }: Pick<Environment, 'policy'>): readonly string[] {
  const { name, branch } = policy;
  return [
    'Comment `/rollback` again, once what was in its way is gone: it takes back what still stands, from where it stopped.',
    `Or have \`${branch}\` say what the database is: merge a pull request that takes out of it what was taken back.`,
    `Or leave it so: \`/release ${name}\` shows what then runs again, and asks for \`/confirm\`.`,
  ];
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
