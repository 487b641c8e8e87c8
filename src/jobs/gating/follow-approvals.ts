import type { Decision, GateFacts } from '../../domain/gate.ts';
import { approvalsNow } from '../../gate/fallen-approvals.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { noteReviewedPlans } from './reviewed-plans.ts';
import type { Tools } from '../tools.ts';

/**
 * Keeps which approvals count and of which plan they are, and has those looked at again that fell by a new plan or a
 * new risk: once for each plan. Gives a sentence for each that counted once and does not any more. Where nothing is to
 * be approved nothing is kept or asked.
 */
export async function followApprovals(
  host: CodeHost,
  { records }: Pick<Tools, 'records'>,
  { number }: PullRequest,
  facts: GateFacts,
  decision: Decision,
): Promise<readonly string[]> {
  const { policy, stepCount, changesRules, digest } = facts;
  if (!policy.protected || (stepCount === 0 && !changesRules)) return [];
  const repositoryId = host.repository.id;
  const key = { repositoryId, environment: policy.name };
  const before = await records.knownApprovals(key, number);
  if (before.length === 0 && facts.reviews.length === 0) return [];
  await noteReviewedPlans({ records }, key, number, facts.reviews);
  const { known, askAgain } = approvalsNow(before, facts);
  // What has another hazard is another thing to look at, though what runs is the same.
  const plan = `${digest} ${facts.traits.hazards.map(({ rule, severity }) => `${rule}:${severity}`).join(' ')}`;
  for (const login of decision.status === 'waiting' ? askAgain : []) {
    if (await records.isAskedAgain(repositoryId, number, login, plan)) continue;
    await host.requestReview(number, login);
    await records.noteAskedAgain(repositoryId, number, login, plan);
  }
  await records.setKnownApprovals(key, number, known);
  return known.flatMap(({ fallen }) => (fallen === null ? [] : [fallen]));
}
