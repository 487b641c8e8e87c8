import type { Plan } from '../../domain/plan.ts';
import type { GroupMember } from '../../report/group-check-reports.ts';
import type { PlanInput } from '../planning/plan-input.ts';
import { readActual } from '../planning/read-actual.ts';
import { environmentsOfBranch } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { decideMember } from './decide-member.ts';
import type { GroupAsked, GroupVerdict } from './group-asked.ts';
import { changesOfGroup, type GroupChange } from './group-changes.ts';
import { planMember } from './plan-member.ts';

/**
 * Plans each pull request of a merge group on top of those before it for an environment that takes them, and decides its
 * gate from fresh facts. Nothing of it is kept: an approval is of the plan that stood on the pull request, and counts where this one is the same.
 */
export async function planMergeGroup(
  { host, group, setup, policy }: Omit<GroupAsked, 'actual'>,
  tools: Tools,
  { signal, onProgress }: { readonly signal: AbortSignal } & Pick<PlanInput, 'onProgress'>,
): Promise<GroupVerdict> {
  const environment = policy.name;
  const changes = await changesOfGroup(host, setup, group);
  if (changes.length === 0) return { environment, members: [], hold: null };
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const isEnvironment = environmentsOfBranch(setup, group.base).length > 0;
  const actual = isEnvironment ? await readActual(key, policy, setup.settings, tools) : null;
  const asked: GroupAsked = { host, group, setup, policy, actual };
  const planned: { readonly change: GroupChange; readonly plan: Plan }[] = [];
  for (const change of changes) {
    planned.push({ change, plan: await planMember(asked, change, tools, signal, onProgress) });
    signal.throwIfAborted();
  }
  // Plans take a while, in which somebody can have asked for a hold.
  const hold = await tools.records.hold(key);
  const members: GroupMember[] = [];
  for (const { change, plan } of planned) {
    const decision = await decideMember(asked, change, plan, hold, tools);
    members.push({ number: change.pullRequest?.number ?? null, commit: change.commit, plan, decision });
  }
  return { environment, members, hold };
}
