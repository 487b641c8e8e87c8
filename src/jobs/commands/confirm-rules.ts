import type { Hold } from '../../domain/hold.ts';
import { worstOf } from '../../domain/traits.ts';
import { refusalOfReview } from '../../gate/refusal-of-review.ts';
import type { Environment } from '../environment.ts';
import { withoutPullRequest } from '../gating/name-of-change.ts';
import { planWhenWritten } from '../planning/plan-when-written.ts';
import type { RulesVerdict } from '../ruling/decide-rules.ts';
import { changeOfRules } from '../ruling/hold-for-rules.ts';
import { lookAgain } from '../ruling/look-again.ts';
import { settleRules } from '../ruling/settle-rules.ts';
import { keepConfirmation } from './keep-confirmation.ts';
import { answer, refuseCommand, type Asked } from './replies.ts';
import { hasSaidOtherwise, saidOtherwise } from './said-otherwise.ts';
import type { Tools } from '../tools.ts';

/**
 * `/confirm` of rules that are on the default branch and that nobody agreed to who was to: it counts as an approval of
 * just these files, by the rules before them.
 */
export async function confirmRules(
  environment: Environment,
  hold: Hold & Required<Pick<Hold, 'plan'>>,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { host, policy } = environment;
  const { dispute } = await settleRules(host, tools);
  if (dispute === null || dispute.plan.digest !== hold.plan?.digest) {
    await tools.queue.enqueue({
      kind: 'reconcile',
      ...environment.key,
      reason: `/confirm by ${asked.actor}`,
    });
    return refuseCommand('confirm', environment, asked, changedSince, tools);
  }
  if (!(await stoodThere(dispute, asked, tools)))
    return refuseCommand('confirm', environment, asked, changedSince, tools);
  if (await hasSaidOtherwise(host, dispute.reviewed, asked))
    return refuseCommand('confirm', environment, asked, saidOtherwise, tools);
  await keep(environment, dispute, asked, tools);
  const after = await settleRules(host, tools);
  if (after.hasMoved) await lookAgain(host, `/confirm by ${asked.actor}`, tools);
  const refusal = after.dispute === null ? null : refusalOfReview(after.dispute.facts, asked.actor);
  if (refusal !== null) return refuseCommand('confirm', environment, asked, refusal, tools);
  const next =
    after.dispute === null
      ? 'The new rules are in force now, and the hold ends.'
      : `They wait still: ${after.dispute.decision.message}`;
  const view = { kind: 'change-confirmed' as const, environment: policy.name, login: asked.actor, next };
  await answer(environment.key.repositoryId, asked, view, 'rocket', tools);
}

/** It is one decision for the repository, wherever it was said. */
function keep({ key }: Environment, dispute: RulesVerdict, asked: Asked, tools: Tools): Promise<void> {
  const { plan, policy } = dispute;
  const confirmed = { digest: plan.digest, severity: worstOf(plan), change: changeOfRules(dispute) };
  return keepConfirmation({ key: { ...key, environment: policy.name } }, confirmed, asked, tools);
}

/** Whether these very files stood there when the comment was written: it can be heard late. */
async function stoodThere(
  { agreed, policy, plan, change }: RulesVerdict,
  { writtenAt }: Asked,
  tools: Tools,
): Promise<boolean> {
  if (writtenAt === undefined) return false;
  const key = { repositoryId: agreed.repositoryId, environment: policy.name, beside: policy.beside };
  const at = { number: withoutPullRequest, head: change.commit };
  const seen = await planWhenWritten(tools, key, at, new Date(writtenAt));
  return seen?.plan.digest === plan.digest;
}

const changedSince =
  'The rules have changed again since this was written, or have been settled, so it cannot be about what stands there ' +
  'now. Look at what is held now, then comment `/confirm` again.';
