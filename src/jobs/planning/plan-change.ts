import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { withProof } from '../drift/prove-adoption.ts';
import { environmentOf } from '../environment.ts';
import { promotePlan } from '../promotion/promote-plan.ts';
import { ranBefore } from '../promotion/ran-before.ts';
import { proposedConfiguration } from '../ruling/proposed-configuration.ts';
import type { Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { readChange } from './change.ts';
import { driftCaution } from './drift-caution.ts';
import { inputFor } from './input-for.ts';
import { makePlan } from './make-plan.ts';
import type { PlanInput } from './plan-input.ts';
import { rulesNote } from './plan-rules.ts';
import { readActual } from './read-actual.ts';
import { notVouched, vouchedNote, type Leave } from './vouching.ts';

/** An open pull request to be planned for one environment that takes it. */
export interface ChangeAsked extends Pick<PlanInput, 'onProgress'> {
  readonly host: CodeHost;
  readonly pullRequest: PullRequest;
  readonly policy: EnvironmentPolicy;
  readonly setup: Extract<Setup, { kind: 'ready' }>;
  readonly leave: Leave;
}

/** The plan of a pull request for one environment, with all that is told of it: proof, promotion, known drift. */
export async function planChange(
  { host, pullRequest, policy, leave, setup, onProgress }: ChangeAsked,
  tools: Tools,
  signal: AbortSignal,
): Promise<Plan> {
  const { settings, environments } = setup;
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const [change, actual, proposed, drift] = await Promise.all([
    readChange(host, pullRequest, settings),
    readActual(key, policy, settings, tools),
    proposedConfiguration(host, pullRequest, environments, tools),
    tools.records.drift(key),
  ]);
  const made = await makePlan(
    {
      ...inputFor({ host, policy, settings }, actual, tools),
      environments: environments.map(({ name }) => name),
      desired: change.desired,
      base: change.base,
      configuration: proposed.digest,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(leave.kind === 'withheld' ? { withheld: notVouched(leave.strangeness, pullRequest) } : {}),
      problems: [...proposed.problems, ...change.problems, ...actual.problems],
      cautions: drift?.finding.kind === 'drift' ? [driftCaution(policy, drift)] : [],
      notes: [
        ...(leave.kind === 'vouched' ? [vouchedNote(leave.vouch)] : []),
        ...(proposed.digest === undefined ? [] : [rulesNote(proposed.changed)]),
      ],
    },
    tools,
    signal,
  );
  const { plan } = await withProof(environmentOf(host, setup, policy), made, tools, signal);
  const found = { plan, change, gone: actual.gone };
  return promotePlan(
    plan,
    { repositoryId: key.repositoryId, policy, environments, settings },
    { labels: pullRequest.labels, ...(await ranBefore({ host, pullRequest, policy, setup }, found, tools)) },
    tools,
  );
}
