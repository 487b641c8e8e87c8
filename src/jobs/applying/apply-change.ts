import type { Direction } from '../../domain/migration.ts';
import type { ApplyOutcome } from '../../domain/apply.ts';
import { announceOutcome } from './announcements.ts';
import type { BranchChange } from './branch-changes.ts';
import type { Environment } from '../environment.ts';
import { holdEnvironment } from './holds.ts';
import type { MadePlan } from '../planning/make-plan.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import { announceFlowDownEnd } from '../promotion/end-flow-down.ts';
import { announceFlowDown } from '../promotion/flow-down.ts';
import { lookAround } from '../promotion/look-around.ts';
import { announcedSteps, firstError, runSteps, statementsStanding, type PlannedOn } from './run-steps.ts';
import { settleHold } from './settle-hold.ts';
import type { Tools } from '../tools.ts';

/** Applies what the gate allowed, records it, and has it told on GitHub. */
export async function applyChange(
  environment: Environment,
  change: BranchChange,
  made: MadePlan,
  on: PlannedOn,
  tools: Tools,
): Promise<'settled' | 'stopped'> {
  const { digest } = made.plan;
  const pullRequest = change.pullRequest?.number ?? null;
  const actor = change.pullRequest?.mergedBy ?? 'tidegate';
  const origin = { digest, commit: change.commit, pullRequest, actor };
  const outcome = await runSteps(environment, made.steps, on, origin, tools);
  await settleHold(environment, tools);
  await recordChange(environment, change, digest, outcome, tools);
  if (outcome.status !== 'done') await holdAfter(environment, change, made, outcome, tools);
  const told = {
    status: outcome.status === 'done' ? ('applied' as const) : outcome.status,
    commit: change.commit,
    steps: announcedSteps(outcome),
    message: firstError(outcome) || null,
  };
  await announceOutcome(environment, pullRequest, told, tools);
  await tools.queue.enqueue({ kind: 'drift', ...environment.key });
  await planOpenPullRequests(environment, `${environment.policy.name} was applied to`, tools);
  await lookAround(environment, namesOf(made), tools);
  const migrations = whatRan(outcome, 'up');
  await announceFlowDown(environment, { commit: change.commit, pullRequest, migrations }, tools);
  await announceFlowDownEnd(environment, whatRan(outcome, 'down'), tools);
  return outcome.status === 'done' ? 'settled' : 'stopped';
}

/** What has run by now, also where an earlier attempt ran it. */
function whatRan({ steps }: ApplyOutcome, wanted: Direction): readonly string[] {
  return steps
    .filter(({ status, direction }) => direction === wanted && (status === 'done' || status === 'already'))
    .map(({ migration }) => migration);
}

function namesOf({ steps }: MadePlan): readonly string[] {
  return steps.map(({ migration }) => migration);
}

async function recordChange(
  { key }: Environment,
  change: BranchChange,
  digest: string,
  outcome: ApplyOutcome,
  tools: Tools,
): Promise<void> {
  await tools.records.saveChange({
    ...key,
    pullRequest: change.pullRequest?.number ?? null,
    commit: change.commit,
    digest,
    migrations: whatRan(outcome, 'up'),
    status: outcome.status === 'done' ? 'applied' : outcome.status,
    at: tools.clock(),
  });
}

async function holdAfter(
  { key, policy }: Environment,
  change: BranchChange,
  made: MadePlan,
  outcome: ApplyOutcome,
  tools: Tools,
): Promise<void> {
  const done = new Set(
    outcome.steps
      .filter(({ status }) => status === 'done' || status === 'already')
      .map(({ migration }) => migration),
  );
  const error = firstError(outcome);
  const left = made.steps.filter(({ migration }) => !done.has(migration));
  await holdEnvironment(
    key,
    {
      reason: outcome.status === 'in-doubt' ? 'in-doubt' : 'apply-failed',
      message:
        outcome.status === 'in-doubt'
          ? `The connection to ${policy.name} broke while a migration was being committed, and the database could not be asked whether it was: ${error}`
          : `A migration failed on ${policy.name}; ${whatStands(outcome)}: ${error}`,
      migrations: left.map(({ migration }) => migration),
      takenBack: left.flatMap(({ direction, migration }) => (direction === 'down' ? [migration] : [])),
      commit: change.commit,
      pullRequest: change.pullRequest?.number ?? null,
    },
    tools,
  );
}

/** Inside a transaction nothing of a failed migration stands; outside of one, what ran before the failure does. */
function whatStands(outcome: ApplyOutcome): string {
  const done = statementsStanding(outcome);
  if (done === 0) return 'what it had done was taken back';
  return `it runs outside a transaction, and ${done} of its statements stand`;
}
