import type { Decision } from '../../domain/gate.ts';
import type { Hold } from '../../domain/hold.ts';
import type { MergeGroup } from '../../domain/merge-group.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Tree } from '../../ports/tree.ts';
import type { GroupMember } from '../../report/group-check-reports.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { withProof } from '../drift/prove-adoption.ts';
import { environmentOf } from '../environment.ts';
import { changesOfGroup, pullRequestsOfGroup, type GroupChange } from './group-changes.ts';
import { makePlan } from '../planning/make-plan.ts';
import type { PlanInput } from '../planning/plan-input.ts';
import { promotePlan } from '../promotion/promote-plan.ts';
import { planRules } from '../planning/plan-rules.ts';
import { planUnruled } from '../planning/plan-unruled.ts';
import { planWithoutSteps } from '../planning/plan-without-steps.ts';
import { endsTheHold } from '../gating/ends-the-hold.ts';
import { readActual, type Actual } from '../planning/read-actual.ts';
import { environmentsOfBranch, policyOfRules, strictestPolicy, type Setup } from '../setup.ts';
import { startIn } from '../planning/start-in.ts';
import type { Tools } from '../tools.ts';
import { proposedConfiguration } from '../ruling/proposed-configuration.ts';
import { withheldInGroup } from './withheld-in-group.ts';

type Ready = Extract<Setup, { kind: 'ready' }>;

/** What a group's checks are to say for an environment. */
export interface GroupVerdict {
  readonly environment: string;
  readonly members: readonly GroupMember[];
  readonly hold: Hold | null;
}

interface Asked {
  readonly host: CodeHost;
  readonly group: MergeGroup;
  readonly setup: Ready;
  readonly policy: EnvironmentPolicy;
  /** Null where nothing runs: on a default branch that is no environment. */
  readonly actual: Actual | null;
}

/**
 * Plans each pull request of a merge group on top of those before it for an environment that takes them, and decides its
 * gate from fresh facts. Nothing of it is kept: an approval is of the plan that stood on the pull request, and counts where this one is the same.
 */
export async function planMergeGroup(
  { host, group, setup, policy }: Omit<Asked, 'actual'>,
  tools: Tools,
  { signal, onProgress }: { readonly signal: AbortSignal } & Pick<PlanInput, 'onProgress'>,
): Promise<GroupVerdict> {
  const environment = policy.name;
  const changes = await changesOfGroup(host, setup, group);
  if (changes.length === 0) return { environment, members: [], hold: null };
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const isEnvironment = environmentsOfBranch(setup, group.base).length > 0;
  const actual = isEnvironment ? await readActual(key, policy, setup.settings, tools) : null;
  const asked: Asked = { host, group, setup, policy, actual };
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

async function planMember(
  { host, setup, policy, actual }: Asked,
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
      environment: policy.name,
      environments: environments.map(({ name }) => name),
      baseBranch: policy.branch,
      settings,
      desired: change.after,
      base: change.before,
      reader: host,
      actual: actual.recorded,
      versionNumber: actual.versionNumber,
      roles: actual.roles,
      mayAskDatabase: !policy.protected,
      findStart: startIn(host, policy, settings, tools),
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

async function decideMember(
  asked: Asked,
  change: GroupChange,
  plan: Plan,
  hold: Hold | null,
  tools: Tools,
): Promise<Decision> {
  const { host, setup, policy, group } = asked;
  const after = (): Promise<Tree> => Promise.resolve(change.after);
  const held = { host, environment: policy.name, settings: setup.settings };
  const endsHold = hold !== null && (await endsTheHold({ ...held, hold, plan }, after, tools));
  // A commit of no pull request has no plan that could say so.
  const changesRules = change.changesRules || plan.configuration !== undefined;
  const rules = changesRules ? policyOfRules(setup, policy) : policy;
  const pullRequest = await asEnqueued({ ...asked, policy: rules }, change.pullRequest);
  const question = { policy: rules, plan, pullRequest, hold, endsHold, changesRules };
  const decided = decide(await gatherFacts(host, tools, question));
  const decision =
    decided.status === 'allowed' ? await asPlanned(asked, change, plan, decided, tools) : decided;
  await tools.records.audit({
    repositoryId: host.repository.id,
    environment: policy.name,
    pullRequest: pullRequest?.number ?? null,
    commit: change.commit,
    actor: 'tidegate',
    action: 'gate-decided',
    migration: null,
    digest: plan.digest,
    detail: {
      at: 'merge-queue',
      group: group.head,
      status: decision.status,
      code: decision.code,
      message: decision.message,
    },
  });
  return decision;
}

/**
 * The pull request with who put it into the queue as who merges it: GitHub names the queue itself once it is merged.
 * Asked only where it matters.
 */
async function asEnqueued(
  { host, policy, group }: Asked,
  pullRequest: PullRequest | null,
): Promise<PullRequest | null> {
  if (pullRequest === null || policy.separate?.approvingAndMerging !== true) return pullRequest;
  const queued = await host.queuedCommits(group.base);
  const mergedBy = queued.find((one) => one.pullRequest === pullRequest.number)?.enqueuer ?? null;
  return { ...pullRequest, mergedBy };
}

/** What takes migrations back runs only as its pull request was planned, also where nobody has to approve. */
async function asPlanned(
  { host, policy }: Asked,
  { pullRequest }: GroupChange,
  plan: Plan,
  decision: Decision,
  tools: Tools,
): Promise<Decision> {
  if (plan.steps.every(({ direction }) => direction === 'up')) return decision;
  const planned =
    pullRequest === null
      ? null
      : await tools.records.planAt(host.repository.id, pullRequest.number, policy.name, pullRequest.head);
  if (planned?.plan.digest === plan.digest) return decision;
  const message =
    'It takes migrations back that are applied, and no pull request was planned to take back just these. ' +
    'Take it out of the queue, comment `/plan` on it, and look at what it would run.';
  return { status: 'refused', code: 'refused', message, children: [decision] };
}

/**
 * The same while the configuration on the default branch cannot be read: every pull request is as red as it is by
 * itself, but for one that mends it. As nobody knows which name the branch requires, each that one gives is reported.
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
