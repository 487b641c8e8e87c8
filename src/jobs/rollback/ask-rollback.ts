import type { Command } from '../../domain/command.ts';
import type { RollbackRecord } from '../../ports/records.ts';
import type { TargetState } from '../../ports/target.ts';
import { selectMigrations, type Selected } from '../../rollback/select.ts';
import type { Environment } from '../environment.ts';
import { isOtherThanAgreed, noDown, planRollback, reasonsOf, stillThere } from './plan-rollback.ts';
import { answer, auditRefusal, type Asked } from '../commands/replies.ts';
import { driftTold } from './look-before-rollback.ts';
import { offerReverse, writeReverse } from './offer-reverse.ts';
import { lostRight } from './requester-right.ts';
import { runRollback, supersede, type ReadyRollback } from './run-rollback.ts';
import { stopRollback } from './stop-rollback.ts';
import { lastThatRan, takenBackWords } from './taken-back.ts';
import type { Tools } from '../tools.ts';

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
  const state = await tools.targets.read(key, environment.settings);
  const selected = await select(environment, asked, state, tools);
  if (selected.kind === 'none') return refuse(environment, asked, [selected.reason], tools);
  const found = selected.migrations;
  const drift = await driftTold(environment, tools, signal);
  const rollback = await planRollback(environment, found, state, tools, signal);
  if (rollback.kind === 'no-down')
    return offerInstead(environment, asked, rollback.migrations, { found, state }, tools, signal);
  if (rollback.kind === 'refused') return refuse(environment, asked, rollback.reasons, tools);
  const { dryRun, acceptDataLoss } = asked.command;
  if (rollback.losses.length > 0 && !acceptDataLoss && !dryRun) {
    return refuse(environment, asked, [...rollback.losses, acceptLoss(asked.command)], tools);
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
    await run(environment, record, rollback, asked, tools, signal);
  }
}

async function run(
  environment: Environment,
  record: RollbackRecord,
  rollback: ReadyRollback,
  asked: RollbackAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const stopped = await runRollback(environment, record, rollback, asked, tools, signal);
  if (stopped !== null) await refuse(environment, asked, stopped, tools);
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
  if (typeof offer === 'string') return refuse(environment, asked, [...lasting.map(noDown), offer], tools);
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
  if (rollback.kind !== 'ready') {
    const why = reasonsOf(rollback).join(' ');
    return stopRollback(environment, record, { why, state }, asked, tools);
  }
  if (isOtherThanAgreed(record, rollback, state)) {
    await supersede(environment, record, tools);
    return refuse(environment, asked, [movedMeanwhile], tools);
  }
  await run(environment, record, rollback, asked, tools, signal);
}

const movedMeanwhile =
  'Something else ran there just then, so that this would no longer be what was shown. Nothing was taken back: ' +
  'comment `/rollback` again for a fresh preview.';

function acceptLoss(command: RollbackAsked['command']): string {
  return `Where losing that data is meant, say so in as many words: \`${lineOf(command)} --accept-data-loss\`.`;
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

/** Which migrations are meant, by what the target has run. */
async function select(
  { key, policy }: Environment,
  { command, number }: RollbackAsked,
  { history }: TargetState,
  tools: Tools,
): Promise<Selected> {
  const changes = await tools.records.changesOf(key);
  const own = changes.filter(({ pullRequest }) => pullRequest === number);
  const standing = own.filter(({ status }) => status !== 'rolled-back');
  const selected = selectMigrations(command.of, {
    environment: policy.name,
    history: history.map(({ name }) => name),
    // What another one has run again since is that one's.
    ofPullRequest: standing.flatMap((change) =>
      change.migrations.filter((name) => lastThatRan(changes, [name])[0]?.pullRequest === number),
    ),
  });
  if (selected.kind === 'none' || selected.migrations.length > 0) return selected;
  return { kind: 'none', reason: nothingToTakeBack(number, policy.name, own.length > standing.length) };
}

function nothingToTakeBack(number: number, environment: string, isTakenBack: boolean): string {
  return isTakenBack
    ? `What #${number} applied to ${environment} has been taken back already.`
    : `#${number} has applied nothing to ${environment} that could be taken back.`;
}

function wordsFor({ command, number }: RollbackAsked, migrations: readonly string[]): string {
  const of = command.of.kind === 'pull-request' ? 'pull-request' : 'migrations';
  return takenBackWords({ of, pullRequest: number, migrations: migrations.toReversed() });
}

/** The command as it would be written again, to be run this time. */
function lineOf({ of, environment }: RollbackAsked['command']): string {
  const what = { 'pull-request': [], migration: [], to: ['--to'], last: ['--last'] }[of.kind];
  const named = of.kind === 'pull-request' ? [] : [of.kind === 'last' ? String(of.count) : of.migration];
  return ['/rollback', ...what, ...named, ...(environment === null ? [] : [environment])].join(' ');
}

async function refuse(
  { key, policy }: Environment,
  asked: RollbackAsked,
  reasons: readonly string[],
  tools: Tools,
): Promise<void> {
  await auditRefusal('rollback', key, asked, reasons.join(' '), tools);
  const view = {
    kind: 'rollback-refused' as const,
    environment: policy.name,
    ...(asked.command.of.kind === 'pull-request'
      ? { what: `#${asked.number}`, pullRequest: asked.number }
      : { what: 'What was asked for', pullRequest: null }),
    reasons,
  };
  await answer(key.repositoryId, asked, view, 'confused', tools);
}
