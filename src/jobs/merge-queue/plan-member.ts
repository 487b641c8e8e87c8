import type { Plan } from '../../domain/plan.ts';
import { withProof } from '../drift/prove-adoption.ts';
import { environmentOf } from '../environment.ts';
import { inputFor } from '../planning/input-for.ts';
import { makePlan } from '../planning/make-plan.ts';
import type { PlanInput } from '../planning/plan-input.ts';
import { planRules } from '../planning/plan-rules.ts';
import { planWithoutSteps } from '../planning/plan-without-steps.ts';
import { promotePlan } from '../promotion/promote-plan.ts';
import { proposedConfiguration } from '../ruling/proposed-configuration.ts';
import type { Tools } from '../tools.ts';
import type { GroupAsked } from './group-asked.ts';
import type { GroupChange } from './group-changes.ts';
import { withheldInGroup } from './withheld-in-group.ts';

/** The plan of one change of a merge group, on top of those before it. */
export async function planMember(
  { host, setup, policy, actual }: GroupAsked,
  change: GroupChange,
  tools: Tools,
  signal: AbortSignal,
  onProgress: PlanInput['onProgress'],
): Promise<Plan> {
  const { settings, environments } = setup;
  // What the queue lands before it is what it will find on its base.
  const pullRequest =
    change.pullRequest === null || change.since === null
      ? change.pullRequest
      : { ...change.pullRequest, baseCommit: change.since };
  if (actual === null) {
    return pullRequest === null
      ? planWithoutSteps(policy, {})
      : planRules(host, pullRequest, policy, setup, tools);
  }
  const withheld = await withheldInGroup(host, change, settings, tools);
  const proposed =
    pullRequest === null ? null : await proposedConfiguration(host, pullRequest, environments, tools);
  const made = await makePlan(
    {
      ...inputFor({ host, policy, settings }, actual, tools),
      environments: environments.map(({ name }) => name),
      desired: change.after,
      base: change.before,
      configuration: proposed?.digest,
      ...(onProgress === undefined ? {} : { onProgress }),
      withheld,
      problems: [...(proposed?.problems ?? []), ...actual.problems],
      notes: [],
    },
    tools,
    signal,
  );
  const { plan } = await withProof(environmentOf(host, setup, policy), made, tools, signal);
  return promotePlan(
    plan,
    { repositoryId: host.repository.id, policy, environments, settings },
    { labels: pullRequest?.labels ?? [], reverted: [] },
    tools,
  );
}
