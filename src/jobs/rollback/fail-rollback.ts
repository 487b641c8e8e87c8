import type { ApplyOutcome } from '../../domain/apply.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import { holdEnvironment, type HoldRequest } from '../applying/holds.ts';
import { firstError, statementsStanding } from '../applying/run-steps.ts';
import { answer, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { tellEnd, type EndedRollback } from './end-rollback.ts';
import { howFar, takenBackWords } from './taken-back.ts';
import { lastBrought, takenOut } from './taken-back-before.ts';

/** It stopped in between: the environment is on hold, and whoever asked hears why. */
export async function failRollback(
  environment: Environment,
  end: EndedRollback,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const { record, outcome, pullRequest } = end;
  const commit = lastBrought(await tools.records.changesOf(key), record);
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
