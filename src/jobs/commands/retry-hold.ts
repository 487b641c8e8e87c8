import type { Hold, HoldReason } from '../../domain/hold.ts';
import type { Environment } from '../environment.ts';
import { endHold } from '../applying/holds.ts';
import { waitsFor } from '../applying/take-turns.ts';
import { forgetChange } from './release-hold.ts';
import { answer, isLaterThan, refuseCommand, writtenBefore, type Asked } from './replies.ts';
import { doubtedRollback, settleDoubt } from '../rollback/after-doubt.ts';
import { renewRevert } from '../rollback/keep-revert.ts';
import { sharedWith } from '../same-database.ts';
import type { Tools } from '../tools.ts';

/**
 * `/retry`: tries what the environment is on hold for again, from fresh facts. Of a rollback whose end is in doubt it
 * only finds out what it did; of one whose revert was closed it opens that anew. Written before the hold that stands now, it is not about that.
 */
export async function retryHold(environment: Environment, asked: Asked, tools: Tools): Promise<void> {
  const { key, policy } = environment;
  const hold = await tools.records.hold(key);
  const { repositoryId } = key;
  if (hold !== null && isLaterThan(hold.since, asked)) {
    return refuseCommand('retry', environment, asked, writtenBefore(hold), tools);
  }
  const doubted = await doubtedRollback(environment, hold, tools);
  if (doubted !== null) {
    await audit(environment, asked, hold, tools);
    return settleDoubt(environment, doubted, asked, tools);
  }
  if (hold?.reason === 'rolled-back') {
    const pullRequest = await renewRevert(environment, hold, tools);
    if (pullRequest === null) return refuse(environment, asked, hold, tools);
    await audit(environment, asked, hold, tools);
    const view = { kind: 'revert-renewed' as const, environment: policy.name, pullRequest };
    return answer(repositoryId, asked, view, 'rocket', tools);
  }
  if (hold?.reason === 'asked') {
    return refuse(environment, asked, hold, tools);
  }
  const waiting = hold === null ? await waitsFor(environment, tools) : null;
  if (waiting !== null) return refuseCommand('retry', environment, asked, waiting, tools);
  await audit(environment, asked, hold, tools);
  if (hold?.reason === 'another-database') await takeForItsOwn(environment, tools);
  if (hold?.reason === 'history-lost') await takeUpAgain(environment, hold, tools);
  // These are decided again, and end by that alone.
  if (hold !== null && !endsByItself.includes(hold.reason)) {
    await endHold(key, hold, { actor: asked.actor, why: `\`${asked.actor}\` asked to try again.` }, tools);
  }
  await tools.queue.enqueue({ kind: 'drift', ...key });
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason: `/retry by ${asked.actor}` });
  await answer(repositoryId, asked, { kind: 'retry', environment: policy.name }, 'rocket', tools);
}

const endsByItself: readonly HoldReason[] = [
  'not-approved',
  'rules',
  'drift',
  'history-lost',
  'target-moved',
];

/** What its history lost is dealt with from the first change on that brought some of it. */
async function takeUpAgain(environment: Environment, { migrations }: Hold, tools: Tools): Promise<void> {
  const changes = await tools.records.changesOf(environment.key);
  const lost = changes.filter(
    (change) => change.status === 'applied' && change.migrations.some((name) => migrations.includes(name)),
  );
  await forgetChange(environment, lost.at(-1) ?? { commit: null, pullRequest: null }, tools);
}

/** Who says `/retry` to another database says that it is the environment's from now on; not where it is another's. */
async function takeForItsOwn(environment: Environment, tools: Tools): Promise<void> {
  const { key, settings } = environment;
  const state = await tools.targets.read(key, settings);
  const { identity } = state;
  if (identity === null || (await sharedWith(environment, state, tools)) !== null) return;
  await tools.records.setTargetIdentity(key, identity);
}

function refuse({ key, policy }: Environment, asked: Asked, hold: Hold, tools: Tools): Promise<void> {
  const reason = `${policy.name} stays on hold: ${hold.message} ${hold.waysOut.join(' ')}`;
  return refuseCommand('retry', { key }, asked, reason, tools);
}

function audit({ key }: Environment, asked: Asked, hold: Hold | null, tools: Tools): Promise<void> {
  return tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: hold?.commit ?? null,
    actor: asked.actor,
    action: 'retried',
    migration: null,
    digest: null,
    detail: { hold: hold?.reason ?? null },
  });
}
