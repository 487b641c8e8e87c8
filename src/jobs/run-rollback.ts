import type { ApplyOutcome, StepOutcome } from '../domain/apply.ts';
import type { RollbackRecord } from '../ports/records.ts';
import { announce, announceOutcome } from './announcements.ts';
import type { Environment } from './environment.ts';
import { holdEnvironment } from './holds.ts';
import { planOpenPullRequests } from './plan-open-pull-requests.ts';
import type { RollbackPlan } from './plan-rollback.ts';
import { answer, type Asked } from './replies.ts';
import { announcedSteps, auditSteps, firstError, runSteps } from './run-steps.ts';
import type { Tools } from './tools.ts';

export type ReadyRollback = Extract<RollbackPlan, { kind: 'ready' }>;

/**
 * Takes back what was previewed and confirmed. The environment goes on hold first, so that whatever happens
 * in between, nothing is applied on a branch that still wants what is being taken back.
 */
export async function runRollback(
  environment: Environment,
  record: RollbackRecord,
  rollback: ReadyRollback,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, settings } = environment;
  const change = (await tools.records.changesOf(key)).find(
    ({ pullRequest, status }) => pullRequest === record.pullRequest && status !== 'rolled-back',
  );
  const commit = change?.commit ?? '';
  await tools.records.updateRollback({ ...record, status: 'running' });
  await holdEnvironment(
    key,
    {
      reason: 'rolled-back',
      message: `#${record.pullRequest} is taken back on ${key.environment}; the branch still holds its migrations.`,
      migrations: record.migrations,
      commit: change?.commit ?? null,
      pullRequest: record.pullRequest,
    },
    tools,
  );
  const { history } = await tools.targets.read(key, settings);
  const applied = new Set(history.map(({ name }) => name));
  const origin = { digest: record.digest, commit, pullRequest: record.pullRequest, actor: record.requester };
  const gone = record.migrations.filter((name) => !applied.has(name)).map(takenBack);
  await auditSteps(key, gone, origin, tools);
  const rest = await runSteps(environment, rollback.steps, applied, origin, tools);
  const outcome = { ...rest, steps: [...gone, ...rest.steps] };
  if (outcome.status === 'done') await succeed(environment, record, commit, outcome, asked, tools);
  else await fail(environment, record, commit, outcome, asked, tools);
  await planOpenPullRequests(environment, `${key.environment} was rolled back`, tools);
}

/** What an earlier run that was interrupted has taken back. */
function takenBack(migration: string): StepOutcome {
  return { status: 'already', migration, direction: 'down' };
}

/** The record is closed last: whatever interrupts this, a second run finds that it was running and ends it. */
async function succeed(
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

async function fail(
  environment: Environment,
  record: RollbackRecord,
  commit: string,
  outcome: ApplyOutcome,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  await holdEnvironment(
    key,
    {
      reason: outcome.status === 'in-doubt' ? 'in-doubt' : 'rolled-back',
      message: `Taking back #${record.pullRequest} on ${policy.name} did not come to its end: ${firstError(outcome)}`,
      migrations: record.migrations,
      commit,
      pullRequest: record.pullRequest,
    },
    tools,
  );
  await tellEnd(environment, record, commit, outcome, tools);
  const reasons = [`It was begun and did not come to its end: ${firstError(outcome)}`];
  const view = {
    kind: 'rollback-refused' as const,
    environment: policy.name,
    pullRequest: record.pullRequest,
    reasons,
  };
  await answer(key.repositoryId, asked, view, 'confused', tools);
  await tools.records.updateRollback({ ...record, status: 'failed' });
}

function tellEnd(
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
