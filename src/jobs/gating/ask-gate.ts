import type { Decision, GateFacts } from '../../domain/gate.ts';
import { approversOf, type EnvironmentPolicy } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import { teamsAsked, whatItTakes, type Lack, type Rosters } from '../../gate/what-it-takes.ts';
import { asIfApproved } from '../../gate/what-if.ts';
import { teamName } from '../../gate/words.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { PlanRecord } from '../../ports/record-rows.ts';
import { mergeEndsTheHold } from './decide-and-publish.ts';
import { gatherFacts } from './gate-facts.ts';
import { policiesOfBase } from './policy-of-base.ts';
import { environmentsOfBranch, policyOfRules, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/** What is needed to ask the gate, and nothing that could change anything. */
export type AskingTools = Pick<Tools, 'records' | 'targets' | 'clock'>;

export interface GateInquiry {
  readonly number: number;
  /** By which rules; other ones than the repository's may be tried. */
  readonly setup: Extract<Setup, { kind: 'ready' }>;
  /** Logins that are taken to approve what is planned now. */
  readonly ifApproved: readonly string[];
}

export type GateAnswer =
  | {
      readonly kind: 'decided';
      readonly pullRequest: PullRequest;
      readonly environment: string;
      readonly decision: Decision;
      readonly takes: readonly Lack[];
    }
  /** Nothing to be decided on yet. */
  | { readonly kind: 'no-plan'; readonly pullRequest: PullRequest; readonly why: string }
  /** There is no such thing to be asked about. */
  | { readonly kind: 'nothing-there'; readonly why: string };

/**
 * Decides a pull request, open or merged, from fresh facts, and says nothing of it to anybody else: an answer for each
 * environment that takes it, or one that there is none.
 */
export async function askGate(
  host: CodeHost,
  inquiry: GateInquiry,
  tools: AskingTools,
): Promise<readonly [GateAnswer, ...GateAnswer[]]> {
  const { number, setup } = inquiry;
  const pullRequest = await host.pullRequest(number);
  if (pullRequest === null) return [nothingThere(`There is no pull request #${number} that the App sees.`)];
  const answers = policiesOfBase(host, setup, pullRequest.base).map((policy) =>
    answerFor(host, pullRequest, policy, inquiry, tools),
  );
  const [first, ...others] = await Promise.all(answers);
  return first === undefined ? [noEnvironment(pullRequest, setup)] : [first, ...others];
}

async function answerFor(
  host: CodeHost,
  pullRequest: PullRequest,
  policy: EnvironmentPolicy,
  inquiry: GateInquiry,
  tools: AskingTools,
): Promise<GateAnswer> {
  const { number, base, head } = pullRequest;
  const made = await tools.records.planAt(host.repository.id, number, policy.name, head);
  if (made === null) {
    // On a default branch that is no environment by these rules there may be no plan by any others either.
    return environmentsOfBranch(inquiry.setup, base).length === 0
      ? noEnvironment(pullRequest, inquiry.setup)
      : { kind: 'no-plan', pullRequest, why: noPlan(pullRequest) };
  }
  const facts = await factsOf(host, pullRequest, policy, made, inquiry, tools);
  const decision = decide(facts);
  const takes = whatItTakes(facts, await rostersOf(host, facts));
  return { kind: 'decided', pullRequest, environment: policy.name, decision, takes };
}

function noEnvironment({ number, base }: PullRequest, setup: Extract<Setup, { kind: 'ready' }>): GateAnswer {
  return nothingThere(
    `#${number} merges into ${base}, which is no environment's branch. The environments are ${environmentsOf(setup)}.`,
  );
}

async function factsOf(
  host: CodeHost,
  pullRequest: PullRequest,
  policy: EnvironmentPolicy,
  { plan, madeAt }: PlanRecord,
  { setup, ifApproved }: GateInquiry,
  tools: AskingTools,
): Promise<GateFacts> {
  // What became of a merged one is past: a hold that stands by now is about something later, or decided by this.
  const isOpen = pullRequest.state === 'open';
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const hold = isOpen ? await tools.records.hold(key) : null;
  const endsHold =
    hold !== null &&
    (await mergeEndsTheHold(host, pullRequest, { policy, settings: setup.settings, hold, plan }, tools));
  const rules = plan.configuration === undefined ? policy : policyOfRules(setup, policy);
  const facts = await gatherFacts(host, tools, {
    policy: rules,
    plan,
    // Who wrote it matters here before anybody reviewed it: they are none who could approve.
    pullRequest: { ...pullRequest, reviewCount: null },
    hold,
    endsHold,
    ...(isOpen ? { madeAt } : {}),
  });
  const subjects = [...approversOf(rules.approvals), ...facts.owners.flatMap(({ owners }) => owners)];
  const people = await Promise.all(ifApproved.map((login) => host.person(login, subjects)));
  return asIfApproved(facts, people, tools.clock());
}

async function rostersOf(host: CodeHost, facts: GateFacts): Promise<Rosters> {
  const teams = facts.policy.protected ? teamsAsked(facts) : [];
  return new Map(
    await Promise.all(teams.map(async (team) => [teamName(team), await host.members(team)] as const)),
  );
}

function nothingThere(why: string): GateAnswer {
  return { kind: 'nothing-there', why };
}

function environmentsOf({ environments }: Extract<Setup, { kind: 'ready' }>): string {
  const named = environments.map(({ name, branch }) => `${name} (${branch})`);
  return named.length === 0 ? 'none' : named.join(', ');
}

function noPlan({ number, head, state }: PullRequest): string {
  const short = head.slice(0, 7);
  return state === 'open'
    ? `No plan of #${number} at ${short} is known yet: wait for \`tidegate / plan\`, or comment \`/plan\`.`
    : `No plan of #${number} at ${short} was kept: it was merged or closed before one was made.`;
}
