import type { Hold } from '../../domain/hold.ts';
import { decide } from '../../gate/decide.ts';
import { refusalOfReview } from '../../gate/refusal-of-review.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { Environment } from '../environment.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { keepConfirmation } from './keep-confirmation.ts';
import { nameOfChange, withoutPullRequest } from '../gating/name-of-change.ts';
import { planWhenWritten } from '../planning/plan-when-written.ts';
import { answer, refuseCommand, type Asked } from './replies.ts';
import { hasSaidOtherwise, saidOtherwise } from './said-otherwise.ts';
import { rulesAtApply } from '../applying/rules-at-apply.ts';
import type { Tools } from '../tools.ts';

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
  const pullRequest = number === null ? null : await host.pullRequest(number);
  if (!(await wasThere(environment, { digest, commit, pullRequest }, asked, tools))) {
    return refuseCommand('confirm', environment, asked, plannedLater, tools);
  }
  if (await hasSaidOtherwise(host, pullRequest, asked))
    return refuseCommand('confirm', environment, asked, saidOtherwise, tools);
  const name = nameOfChange(number, commit);
  await keepConfirmation(environment, { digest, severity, change: name }, asked, tools);
  const reason = `/confirm by ${asked.actor}`;
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason });
  const made = await tools.records.planByDigest(key, digest);
  if (made === null || commit === null) return;
  const since = (await host.commit(commit))?.firstParent ?? null;
  const isPlannedSo = made.plan.configuration !== undefined;
  const change = { commit, since, pullRequest };
  const { rules, changesRules } = await rulesAtApply(environment, change, isPlannedSo, tools);
  const landed = { commit, since, isOther };
  const question = { plan: made.plan, pullRequest, hold: null, endsHold: false, landed, changesRules };
  const found = await Promise.all(rules.map((one) => gatherFacts(host, tools, { ...question, ...one })));
  const [refusal = null] = found.flatMap((facts) => refusalOfReview(facts, asked.actor) ?? []);
  const missing = found.map(decide).find(({ status }) => status !== 'allowed');
  if (refusal !== null) return refuseCommand('confirm', environment, asked, refusal, tools);
  const next =
    missing === undefined ? 'It is decided again, and runs now.' : `It waits still: ${missing.message}`;
  const view = { kind: 'change-confirmed' as const, environment: policy.name, login: asked.actor, next };
  await answer(key.repositoryId, asked, view, 'rocket', tools);
}

/**
 * Whether the plan that is held now stood here when the comment was written: it can be heard late, and what was
 * merged meanwhile is nothing that its writer saw.
 */
async function wasThere(
  { key, policy }: Environment,
  { digest, commit, pullRequest }: Held,
  { writtenAt }: Asked,
  tools: Tools,
): Promise<boolean> {
  const head = pullRequest?.head ?? commit;
  if (writtenAt === undefined || head === null) return false;
  const at = { number: pullRequest?.number ?? withoutPullRequest, head };
  const planned = { ...key, beside: policy.beside };
  const seen = await planWhenWritten(tools, planned, at, new Date(writtenAt));
  return seen?.plan.digest === digest;
}

interface Held {
  readonly digest: string;
  readonly commit: string | null;
  readonly pullRequest: PullRequest | null;
}

const plannedLater =
  'This was written before the plan that waits here now was made, so it cannot be about that. Look at what is held ' +
  'now, then comment `/confirm` again.';
