import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { TargetState } from '../../ports/target.ts';
import { answer } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { beginRollback, resumeRollback } from './begin-rollback.ts';
import { driftTold } from './look-before-rollback.ts';
import { offerReverse, writeReverse } from './offer-reverse.ts';
import { noDown, planRollback } from './plan-rollback.ts';
import { lostRight } from './requester-right.ts';
import { acceptLoss, lineOf, refuseRollback, wordsFor, type RollbackAsked } from './rollback-asked.ts';
import type { ReadyRollback } from './run-rollback.ts';
import { selectMeant } from './select-meant.ts';

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
  if (earlier?.status === 'running') return resumeRollback(environment, earlier, asked, tools, signal);
  if (earlier !== null && earlier.status !== 'awaiting-confirmation') return;
  const lost = await lostRight(environment, asked.actor);
  if (lost !== null) return refuseRollback(environment, asked, [lost], tools);
  const state = await tools.targets.read(key, environment.settings);
  const selected = await selectMeant(environment, asked, state, tools);
  if (selected.kind === 'none') return refuseRollback(environment, asked, [selected.reason], tools);
  const found = selected.migrations;
  const drift = await driftTold(environment, tools, signal);
  const rollback = await planRollback(environment, found, state, tools, signal);
  if (rollback.kind === 'no-down')
    return offerInstead(environment, asked, rollback.migrations, { found, state }, tools, signal);
  if (rollback.kind === 'refused') return refuseRollback(environment, asked, rollback.reasons, tools);
  const { dryRun, acceptDataLoss } = asked.command;
  if (rollback.losses.length > 0 && !acceptDataLoss && !dryRun) {
    return refuseRollback(environment, asked, [...rollback.losses, acceptLoss(asked.command)], tools);
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
  const record = dryRun ? null : (earlier ?? (await keep(environment, asked, { rollback, drift }, tools)));
  await answer(
    key.repositoryId,
    asked,
    {
      kind: 'rollback-preview',
      environment: policy.name,
      what: wordsFor(asked, found),
      pullRequest: asked.command.of.kind === 'pull-request' ? asked.number : null,
      plan: rollback.plan,
      losses: rollback.losses,
      confirmations: policy.rollback.required,
      from: policy.rollback.from,
      requester: asked.actor,
      command: lineOf(asked.command),
      dryRun,
    },
    'eyes',
    tools,
  );
  if (record !== null && policy.rollback.required === 0) {
    await beginRollback(environment, record, rollback, asked, tools, signal);
  }
}

/** What has no down is not taken back by itself: the statements for it are offered as a migration. */
async function offerInstead(
  environment: Environment,
  asked: RollbackAsked,
  lasting: readonly string[],
  { found, state }: { readonly found: readonly string[]; readonly state: TargetState },
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const offer = await writeReverse(environment, found, state, tools, signal);
  if (typeof offer === 'string')
    return refuseRollback(environment, asked, [...lasting.map(noDown), offer], tools);
  const { dryRun } = asked.command;
  await tools.records.audit({
    ...environment.key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'rollback-asked',
    migration: null,
    digest: null,
    detail: { migrations: found, withoutDown: lasting, dryRun },
  });
  await offerReverse(environment, { ...asked, dryRun }, lasting, offer, tools);
}

function keep(
  { key }: Environment,
  asked: RollbackAsked,
  { rollback, drift }: { readonly rollback: ReadyRollback } & Pick<RollbackRecord, 'drift'>,
  tools: Tools,
): Promise<RollbackRecord> {
  return tools.records.startRollback({
    ...key,
    pullRequest: asked.number,
    of: asked.command.of.kind === 'pull-request' ? 'pull-request' : 'migrations',
    commentId: asked.commentId,
    requester: asked.actor,
    migrations: rollback.plan.steps.map(({ migration }) => migration),
    before: [],
    digest: rollback.plan.digest,
    acceptDataLoss: asked.command.acceptDataLoss,
    drift,
    confirmedBy: [],
    status: 'awaiting-confirmation',
    revertPullRequest: null,
  });
}
