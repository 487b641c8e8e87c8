import { environmentPolicies } from '../../config/environment-policies.ts';
import type { Plan } from '../../domain/plan.ts';
import type { DatabaseEntry } from '../../config/server-config.ts';
import type { ApprovalPolicy, EnvironmentPolicy } from '../../domain/policy.ts';
import type { Problem } from '../../domain/problem.ts';
import { policySentence } from '../../gate/words.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { readChange } from './change.ts';
import { isSameTree } from './overlay.ts';
import { planWithoutSteps } from './plan-without-steps.ts';
import { proposedConfiguration } from '../ruling/proposed-configuration.ts';
import { configurationPath, environmentsOfBranch, setupOf } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { named, unruledPolicies } from '../gating/unruled-policy.ts';

export interface UnruledPlan {
  readonly policy: EnvironmentPolicy;
  readonly plan: Plan;
}

/**
 * Plans a pull request while the configuration on the default branch cannot be read: red, with what is wrong there.
 * One that mends it is not red for the old file's sake: it is told what its own file says. That file is believed in
 * nothing else, since nobody has agreed to it. It names the check and the folder that has to stay as it is, no
 * target is asked and no migration planned by it, and whoever the rules ask that were agreed to last have to approve,
 * or an administrator, whatever it says itself.
 */
export async function planUnruled(
  host: CodeHost,
  pullRequest: PullRequest,
  problems: readonly Problem[],
  tools: Pick<Tools, 'databasesOf' | 'memory' | 'records'>,
): Promise<readonly UnruledPlan[]> {
  const { base, head } = pullRequest;
  const unruled = await unruledPolicies(host, pullRequest, tools);
  const red = (found: readonly Problem[]): readonly UnruledPlan[] =>
    unruled.map((policy) => ({ policy, plan: planWithoutSteps(policy, { problems: found }) }));
  const proposed = await proposedConfiguration(host, pullRequest, [], tools);
  const { digest } = proposed;
  if (digest === undefined) return red(problems);
  const databases = await tools.databasesOf(host.repository);
  const setup = setupOf(await host.readFile(head, configurationPath), databases, tools);
  if (setup.kind === 'broken') return red(proposed.problems);
  const names = environmentsOfBranch(setup, base).map(({ name }) => name);
  const policies = unruled.flatMap((policy, at) => {
    if (names.length === 0) return [policy];
    return at === 0 ? named(policy, names) : [];
  });
  const change = await readChange(host, pullRequest, setup.settings);
  const mixed = isSameTree(change.base, change.desired)
    ? []
    : [mixedWithMigrations(setup.settings.directory)];
  return policies.map((one) => {
    const policy = { ...one, approvals: onFloor(one.approvals, one.name, databases) };
    const plan = planWithoutSteps(policy, {
      configuration: digest,
      problems: change.problems.length > 0 ? change.problems : mixed,
      notes: [mends, ...setup.environments.map(policySentence)],
    });
    return { policy, plan };
  });
}

/** Rules that were agreed to have the server's floor below them already. */
function onFloor(
  approvals: ApprovalPolicy,
  name: string,
  databases: readonly DatabaseEntry[],
): ApprovalPolicy {
  if (approvals.also !== undefined) return approvals;
  const floor = environmentPolicies(null, databases).find((policy) => policy.name === name);
  return { ...approvals, required: Math.max(approvals.required, floor?.approvals.required ?? 0) };
}

const mends =
  `${configurationPath} cannot be read on the default branch, and this mends it: here it parses. Until it is merged ` +
  'it decides nothing, so whom the rules ask that were agreed to last have to approve, or an administrator where those ' +
  'ask nobody; all else is planned again then. What it says:';

function mixedWithMigrations(directory: string): Problem {
  return {
    code: 'not-run',
    path: configurationPath,
    message:
      `A change of ${configurationPath} alone was expected, since no migration can be planned until that file can be ` +
      `read on the default branch; this changes \`${directory}\` too. Mend the file in a pull request of its own.`,
  };
}
