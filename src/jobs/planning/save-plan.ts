import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';

/** Keeps a plan of a pull request's head: what is approved from now on is this one. */
export async function savePlan(
  host: CodeHost,
  pullRequest: PullRequest,
  policy: EnvironmentPolicy,
  plan: Plan,
  tools: Tools,
): Promise<void> {
  const repositoryId = host.repository.id;
  await tools.records.savePlan({
    repositoryId,
    pullRequest: pullRequest.number,
    environment: policy.name,
    head: pullRequest.head,
    base: pullRequest.baseCommit,
    plan,
    madeAt: tools.clock(),
  });
  await tools.records.audit({
    repositoryId,
    environment: policy.name,
    pullRequest: pullRequest.number,
    commit: pullRequest.head,
    actor: 'tidegate',
    action: 'planned',
    migration: null,
    digest: plan.digest,
    detail: { steps: plan.steps.length, problems: plan.problems.map(({ code }) => code) },
  });
}
