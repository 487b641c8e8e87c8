import type { Command } from '../domain/command.ts';
import type { RollbackRecord } from '../ports/records.ts';
import type { Environment } from './environment.ts';
import { planRollback, stillThere } from './plan-rollback.ts';
import { answer, type Asked } from './replies.ts';
import { lostRight } from './requester-right.ts';
import { runRollback, type ReadyRollback } from './run-rollback.ts';
import type { Tools } from './tools.ts';

export interface RollbackAsked extends Asked {
  readonly command: Extract<Command, { name: 'rollback' }>;
}

/**
 * `/rollback`: previews what would be taken back, and runs it at once where the policy asks for nobody's
 * confirmation. Refuses, with reasons, what cannot be taken back.
 */
export async function askRollback(
  environment: Environment,
  asked: RollbackAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { key, policy } = environment;
  const last = await tools.records.rollbackOf(key, asked.number);
  const earlier = last?.commentId === asked.commentId ? last : null;
  if (earlier?.status === 'running') return goOn(environment, earlier, asked, tools, signal);
  if (earlier !== null && earlier.status !== 'awaiting-confirmation') return;
  const lost = await lostRight(environment, asked.actor);
  if (lost !== null) return refuse(environment, asked, [lost], tools);
  const found = await whatItApplied(environment, asked.number, tools);
  if (found.length === 0)
    return refuse(environment, asked, await nothingToTakeBack(environment, asked, tools), tools);
  const state = await tools.targets.read(key, environment.settings);
  const rollback = await planRollback(environment, found, state, tools, signal);
  if (rollback.kind === 'refused') return refuse(environment, asked, rollback.reasons, tools);
  const { dryRun, acceptDataLoss } = asked.command;
  if (rollback.losses.length > 0 && !acceptDataLoss && !dryRun) {
    return refuse(environment, asked, [...rollback.losses, acceptLoss], tools);
  }
  await tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'rollback-asked',
    migration: null,
    digest: rollback.plan.digest,
    detail: { migrations: found, dryRun, acceptDataLoss },
  });
  const record = dryRun ? null : (earlier ?? (await keep(environment, asked, rollback, tools)));
  await answer(
    key.repositoryId,
    asked,
    {
      kind: 'rollback-preview',
      environment: policy.name,
      pullRequest: asked.number,
      plan: rollback.plan,
      losses: rollback.losses,
      confirmations: policy.rollback.required,
      from: policy.rollback.from,
      requester: asked.actor,
      dryRun,
    },
    'eyes',
    tools,
  );
  if (record !== null && policy.rollback.required === 0) {
    await runRollback(environment, record, rollback, asked, tools);
  }
}

/** Asked for and begun, when the process ended: what is left of it is taken back. */
async function goOn(
  environment: Environment,
  record: RollbackRecord,
  asked: RollbackAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const state = await tools.targets.read(environment.key, environment.settings);
  const rollback = await planRollback(environment, stillThere(record, state.history), state, tools, signal);
  if (rollback.kind === 'refused') return refuse(environment, asked, rollback.reasons, tools);
  await runRollback(environment, record, rollback, asked, tools);
}

const acceptLoss =
  'Where losing that data is meant, say so in as many words: `/rollback --accept-data-loss`.';

function keep(
  { key }: Environment,
  asked: RollbackAsked,
  rollback: ReadyRollback,
  tools: Tools,
): Promise<RollbackRecord> {
  return tools.records.startRollback({
    ...key,
    pullRequest: asked.number,
    commentId: asked.commentId,
    requester: asked.actor,
    migrations: rollback.plan.steps.map(({ migration }) => migration),
    digest: rollback.plan.digest,
    acceptDataLoss: asked.command.acceptDataLoss,
    confirmedBy: [],
    status: 'awaiting-confirmation',
    revertPullRequest: null,
  });
}

/** What the pull request's merge applied to the environment and is still there, in the order of running. */
export async function whatItApplied(
  { key, settings }: Environment,
  pullRequest: number,
  tools: Tools,
): Promise<readonly string[]> {
  const changes = await tools.records.changesOf(key);
  const names = new Set(
    changes
      .filter((change) => change.pullRequest === pullRequest && change.status !== 'rolled-back')
      .flatMap(({ migrations }) => migrations),
  );
  const { history } = await tools.targets.read(key, settings);
  return history.map(({ name }) => name).filter((name) => names.has(name));
}

async function nothingToTakeBack(
  { key, policy }: Environment,
  asked: RollbackAsked,
  tools: Tools,
): Promise<readonly string[]> {
  const changes = await tools.records.changesOf(key);
  const isTakenBack = changes.some(
    ({ pullRequest, status }) => pullRequest === asked.number && status === 'rolled-back',
  );
  return [
    isTakenBack
      ? `What #${asked.number} applied to ${policy.name} has been taken back already.`
      : `#${asked.number} has applied nothing to ${policy.name} that could be taken back.`,
  ];
}

async function refuse(
  { key, policy }: Environment,
  asked: RollbackAsked,
  reasons: readonly string[],
  tools: Tools,
): Promise<void> {
  await tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'command-refused',
    migration: null,
    digest: null,
    detail: { command: 'rollback', reasons },
  });
  const view = {
    kind: 'rollback-refused' as const,
    environment: policy.name,
    pullRequest: asked.number,
    reasons,
  };
  await answer(key.repositoryId, asked, view, 'confused', tools);
}
