import { decideAndPublish } from '../gating/decide-and-publish.ts';
import { policiesOfBase } from '../gating/policy-of-base.ts';
import { unruledPolicies } from '../gating/unruled-policy.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { planWithoutSteps } from './plan-without-steps.ts';
import { savePlan } from './save-plan.ts';

/** Planning itself failed, for good: both checks say so, red, with what to do. */
export async function reportPlanningFailure(
  repositoryId: number,
  number: number,
  reason: string,
  tools: Tools,
): Promise<void> {
  const host = await tools.hosts.forRepository(repositoryId);
  const pullRequest = (await host?.pullRequest(number)) ?? null;
  if (host === null || pullRequest?.state !== 'open') return;
  const setup = await readSetup(host, tools);
  const policies =
    setup.kind === 'ready'
      ? policiesOfBase(host, setup, pullRequest.base)
      : await unruledPolicies(host, pullRequest, tools);
  const problem = {
    code: 'internal' as const,
    message:
      'A plan was expected, but planning itself failed several times in a row. Comment `/plan` to try ' +
      'again; if it stays so, whoever runs Tidegate finds the cause in its log.',
    detail: reason,
  };
  for (const policy of policies) {
    const plan = planWithoutSteps(policy, { problems: [problem] });
    await savePlan(host, pullRequest, policy, plan, tools);
    await decideAndPublish(host, pullRequest, policy, plan, null, tools);
  }
}
