import type { Hold } from '../../domain/hold.ts';
import { worstOf } from '../../domain/traits.ts';
import { announce, announceNothingRan, announceOutcome } from '../applying/announcements.ts';
import { endHold, holdEnvironment, type HoldRequest } from '../applying/holds.ts';
import { whoWaitsFor } from '../applying/who-waits.ts';
import type { Environment } from '../environment.ts';
import { nameOfChange, withoutPullRequest } from '../gating/name-of-change.ts';
import { pushOf } from '../gating/pushed-contributors.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import type { Tools } from '../tools.ts';
import type { RulesVerdict } from './decide-rules.ts';

/**
 * Holds an environment whose rules are disputed, and ends such a hold once they are not. True where it may be dealt
 * with. Only an environment that the rules before or after protect is held, or one that stands in for those of other
 * servers; meanwhile all go by the rules before.
 */
export async function passRules(
  environment: Environment,
  dispute: RulesVerdict | null,
  tools: Tools,
): Promise<boolean> {
  const { key, policy } = environment;
  const standing = await tools.records.hold(key);
  if (dispute?.guarded.includes(policy.name) === true) {
    await holdForRules(environment, standing, dispute, tools);
    return false;
  }
  if (standing?.reason !== 'rules') return true;
  const { defaultBranch } = environment.host.repository;
  const why = `the rules on \`${defaultBranch}\` have been agreed to, or put back.`;
  await endHold(key, standing, { actor: 'tidegate', why }, tools);
  const { pullRequest, commit } = standing;
  // Its comment, where there is one, says that it is held.
  if (pullRequest !== null) await announceNothingRan(key, pullRequest, commit, tools);
  await planOpenPullRequests(environment, `the hold on ${policy.name} ended`, tools);
  return (await tools.records.hold(key)) === null;
}

async function holdForRules(
  environment: Environment,
  standing: Hold | null,
  dispute: RulesVerdict,
  tools: Tools,
): Promise<void> {
  const { key } = environment;
  await keepForConfirmation(environment, dispute, tools);
  const hold = await holdEnvironment(key, await requestOf(environment, dispute, tools), tools);
  if (standing?.reason === hold.reason && standing.commit === hold.commit) return;
  const { pullRequest, commit } = dispute.change;
  if (pullRequest?.base === environment.policy.branch) {
    const told = { status: 'held' as const, commit, steps: [], message: hold.message };
    await announceOutcome(environment, pullRequest.number, told, tools);
  }
  if (hold.issue === null) return;
  // Its issue was opened for something else: what is held now stands there below it.
  const waiting = await whoWaitsFor(environment.host, key, hold, tools);
  const { body } = tools.reports.alertIssue({ environment: key.environment, hold, waiting });
  const told = { kind: 'reply' as const, number: hold.issue, body, commentId: null, reaction: null };
  await announce(key.repositoryId, told, tools);
}

/** A `/confirm` is of what stood there when it was written, so it is kept since when this does. */
async function keepForConfirmation(
  { key }: Environment,
  { policy, plan, change, agreed }: RulesVerdict,
  { records, clock }: Tools,
): Promise<void> {
  const at = { repositoryId: key.repositoryId, environment: policy.name };
  const kept = await records.planAt(at.repositoryId, withoutPullRequest, policy.name, change.commit);
  if (kept?.plan.digest === plan.digest) return;
  const made = { pullRequest: withoutPullRequest, head: change.commit, base: agreed.commit, plan };
  await records.savePlan({ ...at, ...made, madeAt: clock() });
}

async function requestOf(
  environment: Environment,
  dispute: RulesVerdict,
  tools: Tools,
): Promise<HoldRequest> {
  const { change, plan, agreed, decision } = dispute;
  const { commit, pullRequest, changed } = change;
  const files = changed.map((path) => `\`${path}\``).join(', ');
  const branch = environment.host.repository.defaultBranch;
  return {
    reason: 'rules',
    message:
      `${await howItCame(environment, dispute, tools)} the rules on \`${branch}\` (${files}), and whom the rules before ` +
      `it ask have not agreed: ${decision.message} Until they have, the rules of commit ` +
      `\`${agreed.commit.slice(0, 10)}\` decide, whether the new ones are stricter or looser, and nothing is run.`,
    migrations: [],
    commit,
    pullRequest: pullRequest?.number ?? null,
    plan: { digest: plan.digest, severity: worstOf(plan) },
  };
}

async function howItCame(
  { host }: Environment,
  { change: { commit, pullRequest }, reviewed }: RulesVerdict,
  tools: Tools,
): Promise<string> {
  const short = `commit \`${commit.slice(0, 10)}\``;
  if (pullRequest !== null) {
    const by = pullRequest.mergedBy === null ? '' : ` by \`${pullRequest.mergedBy}\``;
    const other = reviewed === null ? ', with other files than were planned with it,' : '';
    return `#${pullRequest.number} was merged${by} as ${short}${other} and changed`;
  }
  const push = await pushOf(host, tools, host.repository.defaultBranch, commit);
  const login = push?.login ?? (await host.commit(commit))?.author ?? null;
  return `${capitalised(short)}${login === null ? '' : ` by \`${login}\``} changed`;
}

function capitalised(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** The name under which confirmations of it are kept. */
export function changeOfRules({ change, reviewed }: RulesVerdict): string {
  return nameOfChange(reviewed?.number ?? null, change.commit);
}
