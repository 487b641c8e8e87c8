import type { Hold } from '../../domain/hold.ts';
import { decide } from '../../gate/decide.ts';
import { withWindow } from '../../gate/with-window.ts';
import type { WaitingChange } from '../../domain/window.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { GlassRecord } from '../../ports/record-rows.ts';
import { policyFor, type Environment } from '../environment.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { withoutPullRequest } from '../gating/name-of-change.ts';
import { refusalForRules } from './glass-of-rules.ts';
import { planWhenWritten } from '../planning/plan-when-written.ts';
import type { Asked } from './replies.ts';
import type { Tools } from '../tools.ts';

/** A change that may be let through. */
export interface LetThrough {
  readonly digest: string;
  readonly pullRequest: number | null;
  /** What brought it to the branch where no pull request did, and that is known. */
  readonly commit: string | null;
  /** Whether it is on the branch already, so that it runs now. */
  readonly isMerged: boolean;
}

/** What `/apply --now` was said on, and for. */
export interface GlassAsked extends Asked {
  readonly isEnvironmentNamed: boolean;
}

/** The same of what was said before, as it is by now. */
export async function changeSaid(
  { host }: Environment,
  { digest, pullRequest: number, usedFor }: GlassRecord,
): Promise<LetThrough> {
  const isOnBranch = number === null || usedFor !== null;
  const isMerged = isOnBranch || (await host.pullRequest(number))?.state === 'merged';
  return { digest, pullRequest: number, commit: number === null ? usedFor : null, isMerged };
}

/** The change, or why there is none that can be let through. */
export async function changeMeant(
  environment: Environment,
  asked: GlassAsked,
  tools: Tools,
): Promise<LetThrough | string> {
  const { key, policy, host } = environment;
  const hold = await tools.records.hold(key);
  if (hold !== null) {
    const isHere = hold.issue === asked.number || hold.pullRequest === asked.number;
    if (hold.reason === 'not-approved' && hold.plan !== undefined && isHere) {
      if (!(await stoodThere(environment, asked, hold, tools))) return notYetThere;
      return {
        digest: hold.plan.digest,
        pullRequest: hold.pullRequest,
        commit: pushedAlone(hold),
        isMerged: true,
      };
    }
    return `${policy.name} is on hold, and this is no way round it: ${hold.message} ${hold.waysOut.join(' ')}`;
  }
  const [first, ...behind] = await tools.records.waitingChanges(key);
  const pullRequest = await host.pullRequest(asked.number);
  if (first?.pullRequest === asked.number) {
    if (pullRequest === null || !(await hadPlan(environment, asked, pullRequest, tools))) return notYetThere;
    return { ...first, commit: null, isMerged: true };
  }
  if (behind.some(({ pullRequest }) => pullRequest === asked.number)) {
    return `${firstInLine(first)} for the same window and is applied before this one: let that one through first.`;
  }
  const isForPush = pullRequest === null || (pullRequest.state !== 'open' && asked.isEnvironmentNamed);
  if (isForPush && first !== undefined) return pushMeant(environment, asked, first, tools);
  if (pullRequest?.state !== 'open') return nothingHere;
  if (pullRequest.base !== policy.branch) {
    return `This pull request merges into \`${pullRequest.base}\`, which is not the branch of \`${policy.name}\`.`;
  }
  const { number, head } = pullRequest;
  const made = await tools.records.planAt(key.repositoryId, number, policy.name, head);
  if (made === null) return 'There is no plan of it yet. It is made by itself, or by `/plan`.';
  if (!(await hadPlan(environment, asked, pullRequest, tools))) return notYetThere;
  const { plan, madeAt } = made;
  const refusal = plan.configuration === undefined ? null : await refusalForRules(environment, asked.actor);
  if (refusal !== null) return refusal;
  const question = {
    policy: policyFor(environment, plan),
    plan,
    pullRequest,
    hold: null,
    endsHold: false,
    madeAt,
  };
  const facts = await gatherFacts(host, tools, question);
  const decided = decide({ ...facts, brokenGlass: null });
  const decision = withWindow(decided, policy, plan.steps.length, tools.clock());
  if (decision.code === 'plan-red' || decision.code === 'nothing-to-run') return decision.message;
  const isShut = decision.children.some(({ code }) => code === 'window-shut');
  if (decision.status === 'allowed' && !isShut)
    return 'Nothing stands in its way: it can be merged as it is.';
  return { digest: plan.digest, pullRequest: number, commit: null, isMerged: false };
}

/** What waits where no pull request is spoken of: a direct push that is next in line, or what is said instead. */
async function pushMeant(
  { key, policy }: Environment,
  { writtenAt }: GlassAsked,
  first: WaitingChange,
  tools: Tools,
): Promise<LetThrough | string> {
  if (first.pullRequest !== null) {
    return `${firstInLine(first)} for a window of ${policy.name}: what cannot wait is let through by a comment on it.`;
  }
  if (writtenAt === undefined) return notYetThere;
  const at = { number: withoutPullRequest, head: first.commit };
  const planned = { ...key, beside: policy.beside };
  const seen = await planWhenWritten(tools, planned, at, new Date(writtenAt));
  return seen?.plan.digest === first.digest ? { ...first, isMerged: true } : notYetThere;
}

function pushedAlone({ pullRequest, commit }: Pick<Hold, 'pullRequest' | 'commit'>): string | null {
  return pullRequest === null ? commit : null;
}

function firstInLine(first: WaitingChange | undefined): string {
  const pushed = first === undefined ? '' : ` (commit \`${first.commit.slice(0, 10)}\`)`;
  const number = first?.pullRequest ?? null;
  return number === null ? `What was pushed before${pushed} waits` : `#${number} waits`;
}

/** Whether a hold, or the commit that it is about, stood there for whoever wrote to read. */
async function stoodThere(
  environment: Environment,
  asked: Asked,
  { since, pullRequest: number, plan }: Hold,
  tools: Tools,
): Promise<boolean> {
  const { writtenAt } = asked;
  if (writtenAt === undefined) return false;
  // GitHub gives times in whole seconds, rounded down.
  if (since.getTime() < Date.parse(writtenAt) + 1000) return true;
  if (number === null || plan?.isOther === true) return false;
  const pullRequest = await environment.host.pullRequest(number);
  return pullRequest !== null && hadPlan(environment, asked, pullRequest, tools);
}

/** Whether the head of a pull request had its plan when somebody wrote: what was pushed since is no part of their word. */
async function hadPlan(
  { key, policy }: Environment,
  { writtenAt }: Asked,
  pullRequest: PullRequest,
  tools: Tools,
): Promise<boolean> {
  if (writtenAt === undefined) return false;
  const planned = { ...key, beside: policy.beside };
  return (await planWhenWritten(tools, planned, pullRequest, new Date(writtenAt))) !== null;
}

const notYetThere =
  'Your word would have been for what was not there yet when you wrote: it has changed since. Read what is there now, ' +
  'and comment `/apply --now "why"` again if it cannot wait.';

const nothingHere =
  'There is nothing here to let through. It is for an open pull request, for a merged one that waits for its window or ' +
  'is held because it was not approved, and for the alert issue of that. What was pushed without a pull request and ' +
  'waits is let through on an issue, with the environment named.';
