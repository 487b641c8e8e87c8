import { applySteps } from '../../apply/apply-steps.ts';
import type { WaitingRequest } from '../../ports/record-rows.ts';
import { firstError } from '../applying/run-steps.ts';
import { answerCounted, auditConfirmed, countConfirmation } from '../commands/count-confirmation.ts';
import { answer, askedLater, refuseCommand, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import { lostRight } from '../rollback/requester-right.ts';
import type { Tools } from '../tools.ts';
import { lookForDrift } from './look-for-drift.ts';
import { planRevert, type RevertPlan } from './plan-revert.ts';

/** How often it is tried again where PostgreSQL says that trying again may help. */
const attempts = 5;

/**
 * `/drift revert`: previews the statements that make the database what its history says, and runs them at once where
 * the policy asks for nobody's confirmation of a rollback. Git says already what they make, so nothing of it changes.
 */
export async function askRevert(
  environment: Environment,
  asked: Asked & { readonly acceptDataLoss: boolean },
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { key, policy } = environment;
  const planned = await planRevert(environment, tools, signal);
  if (typeof planned === 'string') return refuseCommand('drift', environment, asked, planned, tools);
  const { plan, losses } = planned;
  if (losses.length > 0 && !asked.acceptDataLoss) {
    const line = `\`/drift revert ${policy.name} --accept-data-loss\``;
    const reason = `${losses.join(' ')} Where losing that data is meant, say so in as many words: ${line}.`;
    return refuseCommand('drift', environment, asked, reason, tools);
  }
  const revert: WaitingRequest = {
    number: asked.number,
    commentId: asked.commentId,
    requester: asked.actor,
    digest: plan.digest,
    confirmedBy: [],
  };
  await tools.records.setDriftRevert(key, revert);
  await tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'drift-asked',
    migration: null,
    digest: plan.digest,
    detail: { action: 'revert', acceptDataLoss: asked.acceptDataLoss },
  });
  const { required: confirmations, from } = policy.rollback;
  const view = { environment: policy.name, plan, losses, confirmations, from, requester: asked.actor };
  await answer(key.repositoryId, asked, { kind: 'drift-revert', ...view }, 'eyes', tools);
  if (confirmations === 0) await runRevert(environment, planned, revert, asked, tools, signal);
}

/** `/confirm` of it: by as many others as a rollback needs; the last one that is needed runs it. */
export async function confirmRevert(
  environment: Environment,
  revert: WaitingRequest,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { key } = environment;
  if (asked.commentId < revert.commentId)
    return refuseCommand('confirm', environment, asked, askedLater('drift revert'), tools);
  const { requester } = revert;
  const counted = await countConfirmation(environment, revert, asked.actor, { what: 'revert' });
  const confirmed = { digest: revert.digest, detail: { requester, drift: true } };
  const request = counted.kind === 'counted' ? { ...revert, confirmedBy: counted.confirmedBy } : revert;
  await tools.records.setDriftRevert(key, request);
  if (counted.kind === 'refused' || counted.missing !== null)
    return answerCounted(environment, counted, confirmed, asked, tools);
  const lost = await lostRight(environment, requester);
  const planned = lost ?? (await planRevert(environment, tools, signal));
  if (typeof planned === 'string' || planned.plan.digest !== revert.digest) {
    await tools.records.setDriftRevert(key, null);
    const why = typeof planned === 'string' ? planned : 'What would be run now is no longer what was shown.';
    return refuseCommand('confirm', environment, asked, `${why} \`/drift revert\` shows it anew.`, tools);
  }
  await auditConfirmed(environment, confirmed, asked, tools);
  await runRevert(environment, planned, request, asked, tools, signal);
}

/** Runs just what was shown, on the very catalog that it was worked out for. */
async function runRevert(
  environment: Environment,
  { step, mark }: RevertPlan,
  { requester, digest, confirmedBy }: WaitingRequest,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { key, policy, settings } = environment;
  const origin = { digest, commit: '', pullRequest: asked.number, actor: requester };
  const outcome = await tools.targets.withLock(key, settings, async (target) => {
    if ((await target.fingerprint()) !== mark.fingerprint) return null;
    return applySteps(target, [step], origin, { wait: tools.wait, random: tools.random, attempts });
  });
  await tools.records.setDriftRevert(key, null);
  if (outcome === null) {
    const why = 'The database changed again meanwhile, so nothing was run. `/drift revert` shows it anew.';
    return refuseCommand('drift', environment, asked, why, tools);
  }
  await tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: requester,
    action: 'drift-reverted',
    migration: null,
    digest,
    detail: { status: outcome.status, confirmedBy, error: firstError(outcome) },
  });
  const { finding } = await lookForDrift(environment, tools, signal, true);
  if (outcome.status === 'done' && finding.kind === 'none') {
    const view = { kind: 'drift-reverted' as const, environment: policy.name };
    return answer(key.repositoryId, asked, view, 'rocket', tools);
  }
  const why =
    outcome.status === 'done'
      ? `The statements ran, and the schema of \`${policy.name}\` still is not what its history says. \`/drift\` shows it.`
      : `It did not come to its end: ${firstError(outcome)}`;
  await refuseCommand('drift', environment, asked, why, tools);
}
