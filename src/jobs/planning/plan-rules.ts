import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { planWithoutSteps } from './plan-without-steps.ts';
import { proposedConfiguration } from '../ruling/proposed-configuration.ts';
import type { Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/**
 * The plan of a pull request into a default branch that is no environment: nothing runs there, and the rules are read
 * there, so it is of what the pull request does to them.
 */
export async function planRules(
  host: CodeHost,
  pullRequest: PullRequest,
  policy: EnvironmentPolicy,
  { environments }: Extract<Setup, { kind: 'ready' }>,
  tools: Pick<Tools, 'databasesOf' | 'memory'>,
): Promise<Plan> {
  const { digest, changed, problems } = await proposedConfiguration(host, pullRequest, environments, tools);
  return planWithoutSteps(policy, {
    problems,
    ...(digest === undefined ? {} : { configuration: digest, notes: [rulesNote(changed)] }),
  });
}

/** What is said of a pull request that changes these files. */
export function rulesNote(changed: readonly string[]): string {
  return `It changes ${changed.join(' and ')}: until it is merged the rules that stand now decide, and they ask for its approval.`;
}
