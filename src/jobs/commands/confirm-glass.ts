import { worstOf } from '../../domain/traits.ts';
import { refusalOfReview } from '../../gate/refusal-of-review.ts';
import type { GlassRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import { keepConfirmation } from './keep-confirmation.ts';
import { answer, askedLater, refuseCommand, type Asked } from './replies.ts';
import { changeOf, closeReviewed, reviewFacts, type FoundReview } from '../applying/review-glass.ts';
import type { Tools } from '../tools.ts';

/**
 * `/confirm` of what went round the gate: it counts as a review afterwards, and closes it where it is enough. What went
 * round it after the comment was written is no part of that.
 */
export async function confirmGlass(
  environment: Environment,
  records: readonly GlassRecord[],
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { repositoryId } = environment.key;
  const known = records.filter(({ commentId }) => commentId < asked.commentId);
  if (known.length === 0)
    return refuseCommand('confirm', environment, asked, askedLater('apply --now'), tools);
  const found: FoundReview[] = [];
  for (const record of known) {
    const made = await tools.records.planByDigest(environment.key, record.digest);
    if (made === null) continue;
    const change = changeOf(record, made.head);
    const confirmed = { digest: record.digest, severity: worstOf(made.plan), change };
    await keepConfirmation(environment, confirmed, asked, tools);
    const facts = await reviewFacts(environment, record, tools);
    const refusal = facts === null ? null : refusalOfReview(facts, asked.actor);
    if (refusal !== null) return refuseCommand('confirm', environment, asked, refusal, tools);
    found.push({ record, facts });
  }
  const [open] = await closeReviewed(environment, found, tools);
  const next = open === undefined ? 'The review is done.' : `The review waits still: ${open.message}`;
  const { environment: name } = environment.key;
  const view = { kind: 'change-confirmed' as const, environment: name, login: asked.actor, next };
  await answer(repositoryId, asked, view, 'rocket', tools);
}
