import type { Hold } from '../domain/hold.ts';
import { decide } from '../gate/decide.ts';
import { refusalOfReview } from '../gate/refusal-of-review.ts';
import type { Environment } from './environment.ts';
import { gatherFacts } from './gate-facts.ts';
import { keepConfirmation } from './keep-confirmation.ts';
import { nameOfChange } from './name-of-change.ts';
import { answer, type Asked } from './replies.ts';
import { rulesAtApply } from './rules-at-apply.ts';
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
  const name = nameOfChange(number, commit);
  await keepConfirmation(environment, { digest, severity, change: name }, asked, tools);
  const reason = `/confirm by ${asked.actor}`;
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason });
  const made = await tools.records.planByDigest(digest);
  if (made === null || commit === null) return;
  const since = (await host.commit(commit))?.firstParent ?? null;
  const pullRequest = number === null ? null : await host.pullRequest(number);
  const isPlannedSo = made.plan.configuration !== undefined;
  const change = { commit, since, pullRequest };
  const { policies, changesRules } = await rulesAtApply(environment, change, isPlannedSo, tools);
  const landed = { commit, since, isOther };
  const question = { plan: made.plan, pullRequest, hold: null, endsHold: false, landed, changesRules };
  const found = await Promise.all(
    policies.map((policy) => gatherFacts(host, tools, { ...question, policy })),
  );
  const [refusal = null] = found.flatMap((facts) => refusalOfReview(facts, asked.actor) ?? []);
  const missing = found.map(decide).find(({ status }) => status !== 'allowed');
  if (refusal !== null) {
    const view = { kind: 'refused' as const, command: 'confirm' as const, reason: refusal };
    return answer(key.repositoryId, asked, view, 'confused', tools);
  }
  const next =
    missing === undefined ? 'It is decided again, and runs now.' : `It waits still: ${missing.message}`;
  const view = { kind: 'change-confirmed' as const, environment: policy.name, login: asked.actor, next };
  await answer(key.repositoryId, asked, view, 'rocket', tools);
}
