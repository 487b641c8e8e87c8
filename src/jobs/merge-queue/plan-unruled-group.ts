import type { MergeGroup } from '../../domain/merge-group.ts';
import type { Plan } from '../../domain/plan.ts';
import { decide } from '../../gate/decide.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { GroupMember } from '../../report/group-check-reports.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { planUnruled } from '../planning/plan-unruled.ts';
import { planWithoutSteps } from '../planning/plan-without-steps.ts';
import { strictestPolicy, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import type { GroupVerdict } from './group-asked.ts';
import { pullRequestsOfGroup } from './group-changes.ts';

/**
 * What a group's checks say while the configuration on the default branch cannot be read: every pull request is as red
 * as it is by itself, but for one that mends it. As nobody knows which name the branch requires, each that one gives is reported.
 */
export async function planUnruledGroup(
  host: CodeHost,
  group: MergeGroup,
  { problems }: Extract<Setup, { kind: 'broken' }>,
  tools: Tools,
): Promise<readonly GroupVerdict[]> {
  const members = new Map<string, GroupMember[]>();
  for (const pullRequest of await pullRequestsOfGroup(host, group)) {
    for (const { policy, plan } of await unruled(host, group, pullRequest, problems, tools)) {
      const question = { policy, plan, pullRequest, hold: null, endsHold: false };
      const decision = decide(await gatherFacts(host, tools, question));
      const member = { number: pullRequest?.number ?? null, commit: group.head, plan, decision };
      members.set(policy.name, [...(members.get(policy.name) ?? []), member]);
    }
  }
  const known = [...members.values()].flat();
  return [...members].map(([environment, own]) => ({
    environment,
    // One that has other names is red under this one too: nobody knows which of them the branch requires.
    members: [...own, ...known.filter(({ number }) => own.every((one) => one.number !== number))],
    hold: null,
  }));
}

function unruled(
  host: CodeHost,
  group: MergeGroup,
  pullRequest: PullRequest | null,
  problems: Plan['problems'],
  tools: Tools,
): ReturnType<typeof planUnruled> {
  if (pullRequest !== null) return planUnruled(host, pullRequest, problems, tools);
  const policy = strictestPolicy(group.base);
  return Promise.resolve([{ policy, plan: planWithoutSteps(policy, { problems }) }]);
}
