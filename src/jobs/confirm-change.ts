import type { Hold } from '../domain/hold.ts';
import { decide } from '../gate/decide.ts';
import { refusalOfReview } from '../gate/refusal-of-review.ts';
import type { Environment } from './environment.ts';
import { gatherFacts } from './gate-facts.ts';
import { keepConfirmation } from './keep-confirmation.ts';
import { nameOfChange } from './name-of-change.ts';
import { answer, type Asked } from './replies.ts';
import type { Tools } from './tools.ts';

/**
 * `/confirm` of a change that is on the branch and that the gate did not allow: it counts as an approval of that very
 * plan, by the same rules, and the change is decided again.
 */
export async function confirmChange(
  environment: Environment,
  hold: Hold & Required<Pick<Hold, 'plan'>>,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy, host } = environment;
  const { pullRequest: number, commit } = hold;
  const { digest, severity, isOther } = hold.plan ?? { digest: '', severity: null };
  const change = nameOfChange(number, commit);
  await keepConfirmation(environment, { digest, severity, change }, asked, tools);
  const reason = `/confirm by ${asked.actor}`;
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason });
  const made = await tools.records.planByDigest(digest);
  if (made === null || commit === null) return;
  const landed = { commit, since: (await host.commit(commit))?.firstParent ?? null, isOther };
  const pullRequest = number === null ? null : await host.pullRequest(number);
  const question = { policy, plan: made.plan, pullRequest, hold: null, endsHold: false, landed };
  const facts = await gatherFacts(host, tools, question);
  const refusal = refusalOfReview(facts, asked.actor);
  const { status, message } = decide(facts);
  if (refusal !== null) {
    const view = { kind: 'refused' as const, command: 'confirm' as const, reason: refusal };
    return answer(key.repositoryId, asked, view, 'confused', tools);
  }
  const next = status === 'allowed' ? 'It is decided again, and runs now.' : `It waits still: ${message}`;
  const view = { kind: 'change-confirmed' as const, environment: policy.name, login: asked.actor, next };
  await answer(key.repositoryId, asked, view, 'rocket', tools);
}
