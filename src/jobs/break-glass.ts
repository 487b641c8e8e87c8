import type { Hold } from '../domain/hold.ts';
import { decide } from '../gate/decide.ts';
import { withWindow } from '../gate/with-window.ts';
import type { PullRequest } from '../ports/code-host.ts';
import { announce } from './announcements.ts';
import { policyFor, type Environment } from './environment.ts';
import { gatherFacts } from './gate-facts.ts';
import { planWhenWritten } from './plan-when-written.ts';
import { answer, type Asked } from './replies.ts';
import type { Tools } from './tools.ts';

/** A change that may be let through. */
interface LetThrough {
  readonly digest: string;
  readonly pullRequest: number | null;
  /** Whether it is merged already, so that it runs now. */
  readonly isMerged: boolean;
}

/**
 * `/apply --now`: lets one change through out of its window or without its approvals. Who may was checked, and is
 * checked again when it is applied. A red plan, a hold for another reason, a lock or another database stay in the way.
 */
export async function breakGlass(
  environment: Environment,
  asked: Asked,
  why: string,
  tools: Tools,
): Promise<void> {
  const { key } = environment;
  // Given again after the process ended in between: it is there, and what follows from it is done once more.
  const said = await tools.records.glassSaid(key, asked.commentId);
  const found =
    said === null
      ? await whatIsMeant(environment, asked, tools)
      : { ...said, isMerged: said.usedFor !== null };
  if (typeof found === 'string') return refuse(environment, asked, found, tools);
  const { digest, pullRequest, isMerged } = found;
  const about = { pullRequest, digest, login: asked.actor, why, number: asked.number };
  const isNew = await tools.records.breakGlass({
    ...key,
    ...about,
    commentId: asked.commentId,
    at: tools.clock(),
  });
  if (isNew) {
    await tools.records.audit({
      ...key,
      pullRequest,
      commit: null,
      actor: asked.actor,
      action: 'glass-broken',
      migration: null,
      digest,
      detail: { why, said: asked.number, isMerged },
    });
  }
  const { repositoryId, environment: name } = key;
  await announce(repositoryId, { kind: 'glass', environment: name, commentId: asked.commentId }, tools);
  const reason = `/apply --now by ${asked.actor}`;
  if (pullRequest !== null && !isMerged) {
    await tools.queue.enqueue({ kind: 'gate', repositoryId, pullRequest, reason });
  }
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason });
  const view = { kind: 'glass-broken' as const, environment: name, login: asked.actor, why, isMerged };
  if (pullRequest !== null && pullRequest !== asked.number) {
    const body = tools.reports.reply(view);
    const told = { kind: 'reply' as const, number: pullRequest, body, commentId: null, reaction: null };
    await announce(repositoryId, told, tools);
  }
  await answer(repositoryId, asked, view, 'rocket', tools);
}

/** The change, or why there is none that can be let through. */
async function whatIsMeant(
  environment: Environment,
  asked: Asked,
  tools: Tools,
): Promise<LetThrough | string> {
  const { key, policy, host } = environment;
  const hold = await tools.records.hold(key);
  if (hold !== null) {
    const isHere = hold.issue === asked.number || hold.pullRequest === asked.number;
    if (hold.reason === 'not-approved' && hold.plan !== undefined && isHere) {
      if (!(await stoodThere(environment, asked, hold, tools))) return notYetThere;
      return { digest: hold.plan.digest, pullRequest: hold.pullRequest, isMerged: true };
    }
    return `${policy.name} is on hold, and this is no way round it: ${hold.message} ${hold.waysOut.join(' ')}`;
  }
  const [first, ...behind] = await tools.records.waitingChanges(key);
  if (first?.pullRequest === asked.number) {
    const merged = await host.pullRequest(asked.number);
    if (merged === null || !(await hadPlan(environment, asked, merged, tools))) return notYetThere;
    return { ...first, isMerged: true };
  }
  if (behind.some(({ pullRequest }) => pullRequest === asked.number)) {
    const before = first?.pullRequest;
    const what = before === null || before === undefined ? 'What was pushed before it' : `#${before}`;
    return `${what} waits for the same window and is applied before this one: let that one through first.`;
  }
  const pullRequest = await host.pullRequest(asked.number);
  if (pullRequest?.state !== 'open') return nothingHere;
  if (pullRequest.base !== policy.branch) {
    return `This pull request merges into \`${pullRequest.base}\`, which is not the branch of \`${policy.name}\`.`;
  }
  const { number, head } = pullRequest;
  const made = await tools.records.planAt(key.repositoryId, number, policy.name, head);
  if (made === null) return 'There is no plan of it yet. It is made by itself, or by `/plan`.';
  if (!(await hadPlan(environment, asked, pullRequest, tools))) return notYetThere;
  const { plan, madeAt } = made;
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
  return { digest: plan.digest, pullRequest: number, isMerged: false };
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
  { key }: Environment,
  { writtenAt }: Asked,
  pullRequest: PullRequest,
  tools: Tools,
): Promise<boolean> {
  if (writtenAt === undefined) return false;
  return (await planWhenWritten(tools, key, pullRequest, new Date(writtenAt))) !== null;
}

const notYetThere =
  'Your word would have been for what was not there yet when you wrote: it has changed since. Read what is there now, ' +
  'and comment `/apply --now "why"` again if it cannot wait.';

const nothingHere =
  'There is nothing here to let through. It is for an open pull request, for a merged one that waits for its window or ' +
  'is held because it was not approved, and for the alert issue of that.';

async function refuse({ key }: Environment, asked: Asked, reason: string, tools: Tools): Promise<void> {
  await tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'command-refused',
    migration: null,
    digest: null,
    detail: { command: 'apply', why: reason },
  });
  await answer(key.repositoryId, asked, { kind: 'refused', command: 'apply', reason }, 'confused', tools);
}
