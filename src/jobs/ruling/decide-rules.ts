import type { Decision, GateFacts } from '../../domain/gate.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { AgreedRules } from '../../ports/record-rows.ts';
import { useGlass } from '../applying/use-glass.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { policyOfBase } from '../gating/policy-of-base.ts';
import { pushedContributors } from '../gating/pushed-contributors.ts';
import { standingGlass } from '../gating/standing-glass.ts';
import { planWithoutSteps } from '../planning/plan-without-steps.ts';
import { policyOfRules, readAgreed, strictestPolicy, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/** A commit of the default branch after which other rules stand there than were agreed to. */
export interface RulesChange {
  readonly commit: string;
  /** The branch's commit before it. */
  readonly since: string | null;
  readonly pullRequest: PullRequest | null;
  /** The files that are others than those that were agreed to. */
  readonly changed: readonly string[];
  /** Of what they hold, as `Plan.configuration`. */
  readonly digest: string;
}

/** What the rules that were agreed to say of a change of them. */
export interface RulesVerdict {
  readonly change: RulesChange;
  readonly agreed: AgreedRules;
  /** By which it is decided. */
  readonly policy: EnvironmentPolicy;
  /** What there is to agree to: its pull request's own plan where that is just what landed. */
  readonly plan: Plan;
  /** The pull request whose approvals count; null where only `/confirm` does. */
  readonly reviewed: PullRequest | null;
  readonly facts: GateFacts;
  readonly decision: Decision;
  /** The environments that either rules protect; where none of those is of this server, one that is beside them. */
  readonly guarded: readonly string[];
}

/**
 * Decides the last of the changes of the rules that nobody has agreed to yet, from fresh facts, by the rules that were
 * agreed to at their strictest. Whoever had a part in any of them does not agree to it. Null where it cannot be read:
 * nobody can agree to that.
 */
export async function decideRules(
  host: CodeHost,
  agreed: AgreedRules,
  setup: Setup,
  changes: readonly RulesChange[],
  tools: Tools,
): Promise<RulesVerdict | null> {
  const change = changes.at(-1);
  if (change === undefined || setup.kind === 'broken') return null;
  const then = await readAgreed(host, agreed, tools);
  const policy = policyOfAgreed(host, then);
  const { plan, reviewed } = await whatLanded(host, policy, change, tools);
  const question = {
    policy,
    plan,
    pullRequest: reviewed,
    hold: null,
    endsHold: false,
    landed: { commit: change.commit, since: change.since },
    ownersAt: agreed.commit,
  };
  const own = await gatherFacts(host, tools, question);
  const facts = await withEarlier(host, own, changes, tools);
  const decision = decide(facts);
  const verdict = { change, agreed, policy, plan, reviewed, facts, decision };
  if (decision.code === 'glass-broken') await letThrough(host, verdict, tools);
  return { ...verdict, guarded: heldFor(host, [then, setup], tools) };
}

/** Who has to agree to a change of the rules that were agreed to. */
export function policyOfAgreed(host: Pick<CodeHost, 'repository'>, agreed: Setup): EnvironmentPolicy {
  const { defaultBranch } = host.repository;
  const policy = agreed.kind === 'ready' ? policyOfBase(host, agreed, defaultBranch) : null;
  if (agreed.kind === 'broken' || policy === null) return strictestPolicy(defaultBranch);
  return policyOfRules(agreed, policy);
}

/** A merge can leave other files than its pull request was planned with: then nobody has approved those. */
async function whatLanded(
  host: CodeHost,
  policy: EnvironmentPolicy,
  { pullRequest, digest }: RulesChange,
  { records }: Pick<Tools, 'records'>,
): Promise<Pick<RulesVerdict, 'plan' | 'reviewed'>> {
  const made =
    pullRequest === null
      ? null
      : await records.planAt(host.repository.id, pullRequest.number, policy.name, pullRequest.head);
  if (made?.plan.configuration === digest && made.plan.problems.length === 0)
    return { plan: made.plan, reviewed: pullRequest };
  return { plan: planWithoutSteps(policy, { configuration: digest }), reviewed: null };
}

/** Who brought what was there before, and is a part of it, agrees to it as little. */
async function withEarlier(
  host: CodeHost,
  facts: GateFacts,
  changes: readonly RulesChange[],
  tools: Tools,
): Promise<GateFacts> {
  if (facts.reviews.length === 0) return facts;
  const number = changes.at(-1)?.pullRequest?.number;
  const earlier = changes
    .slice(0, -1)
    .filter(({ pullRequest }) => pullRequest === null || pullRequest.number !== number);
  const { defaultBranch } = host.repository;
  const found = await Promise.all(
    earlier.map((change) => pushedContributors(host, tools, defaultBranch, change)),
  );
  return {
    ...facts,
    contributors: [...facts.contributors, ...found.flatMap(({ people }) => people)],
    contributorsComplete: facts.contributorsComplete && found.every(({ complete }) => complete),
  };
}

/** Where migrations came with it, they are applied by the same word yet. */
async function letThrough(
  host: CodeHost,
  { policy, plan, reviewed, change: { commit } }: Omit<RulesVerdict, 'guarded'>,
  tools: Tools,
): Promise<void> {
  if (plan.steps.length > 0) return;
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const pullRequest = reviewed?.number ?? null;
  const question = { key, policy, digest: plan.digest, pullRequest, commit };
  const glass = await standingGlass(host, tools, question);
  if (glass !== null) await useGlass(glass, commit, tools);
}

/** Somebody has to hear of it here also where all that is protected is of other servers. */
function heldFor(
  { repository }: Pick<CodeHost, 'repository'>,
  setups: readonly Setup[],
  { targets }: Pick<Tools, 'targets'>,
): readonly string[] {
  const all = setups.flatMap((setup) => (setup.kind === 'ready' ? setup.environments : []));
  const guarded = all.filter((one) => one.protected).map(({ name }) => name);
  const isHere = (name: string): boolean => targets.has({ repositoryId: repository.id, environment: name });
  if (guarded.length === 0 || guarded.some(isHere)) return guarded;
  const first = all.map(({ name }) => name).find(isHere);
  return first === undefined ? guarded : [...guarded, first];
}
