import type { Plan } from '../../domain/plan.ts';
import type { Environment } from '../environment.ts';
import { withoutPullRequest } from '../gating/name-of-change.ts';
import { savePlan } from '../planning/save-plan.ts';
import type { Tools } from '../tools.ts';
import type { BranchChange } from './branch-changes.ts';

/** What was merged unplanned, or planned otherwise, can be approved still: reviews from now on are of this plan. */
export async function keepForApproval(
  { host, policy, key }: Environment,
  { pullRequest, commit, since }: BranchChange,
  plan: Plan,
  tools: Tools,
): Promise<void> {
  if (pullRequest === null) {
    const kept = await tools.records.planAt(key.repositoryId, withoutPullRequest, policy.name, commit);
    if (kept?.plan.digest === plan.digest) return;
    const made = {
      pullRequest: withoutPullRequest,
      head: commit,
      base: since ?? '',
      plan,
      madeAt: tools.clock(),
    };
    return tools.records.savePlan({ ...key, ...made });
  }
  const kept = await tools.records.planAt(
    key.repositoryId,
    pullRequest.number,
    policy.name,
    pullRequest.head,
  );
  if (kept?.plan.digest !== plan.digest) await savePlan(host, pullRequest, policy, plan, tools);
}
