import type { Command, CommandName, ParsedCommand } from '../../domain/command.ts';
import type { Job } from '../../domain/job.ts';
import { approversOf, roleAtLeast, whoHasASay, type EnvironmentPolicy } from '../../domain/policy.ts';
import { nearest } from '../../domain/nearest.ts';
import { mayCommand } from '../../gate/may-command.ts';
import { administrators } from '../../gate/stand-ins.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Vouch } from '../../ports/records.ts';
import type { ReplyView } from '../../report/reply-view.ts';
import { askPlan, keepVouch } from './ask-plan.ts';
import { repositoryStatus } from '../repository-status.ts';
import { awaitedHere, environmentConfirmed, whoConfirms } from './awaited-here.ts';
import { gateStatus } from '../gating/gate-status.ts';
import { policyOfBase } from '../gating/policy-of-base.ts';
import { policyOfAgreed } from '../ruling/decide-rules.ts';
import { rulesNotInForce } from '../ruling/rules-not-in-force.ts';
import { answer, refuseCommand } from './replies.ts';
import { environmentOfBranch, readSetup, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

type CommandJob = Extract<Job, { kind: 'command' }>;

/** What a command comes to, found out before anything is done. */
type Effect =
  | { readonly kind: 'answer'; readonly view: ReplyView; readonly reaction: 'rocket' | 'confused' }
  | { readonly kind: 'refusal'; readonly command: CommandName; readonly reason: string }
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'plan'; readonly vouch: Vouch | null; readonly environment: string; readonly job: Job };

/**
 * Runs the commands of one comment: once, however often GitHub tells of it. The comment is claimed last, so that a
 * command is not lost where something fails in between; jobs of one pull request never run side by side.
 */
export async function runCommands(job: CommandJob, tools: Tools): Promise<void> {
  const host = await tools.hosts.forRepository(job.repositoryId);
  if (host === null || (await tools.records.isCommentClaimed(job.repositoryId, job.commentId))) return;
  const setup = await readSetup(host, tools);
  const pullRequest = job.isPullRequest ? await host.pullRequest(job.pullRequest) : null;
  const effects: Effect[] = [];
  for (const parsed of job.commands) {
    effects.push(await effectOf(parsed, { job, host, setup, pullRequest, tools }));
  }
  await host.react(job.commentId, 'eyes');
  for (const effect of effects) await perform(effect, job, tools);
  await tools.records.claimComment(job.repositoryId, job.commentId);
}

interface Context {
  readonly job: CommandJob;
  readonly host: CodeHost;
  readonly setup: Setup;
  readonly pullRequest: PullRequest | null;
  readonly tools: Tools;
}

async function effectOf(parsed: ParsedCommand, context: Context): Promise<Effect> {
  if (parsed.kind === 'mistake') {
    return {
      kind: 'answer',
      view: { kind: 'mistake', line: parsed.line, message: parsed.message },
      reaction: 'confused',
    };
  }
  const { command } = parsed;
  const { setup } = context;
  if (command.name === 'help') return { kind: 'answer', view: { kind: 'help' }, reaction: 'rocket' };
  if (setup.kind === 'broken') {
    return refusal(
      command,
      'The configuration in .github/tidegate.yml on the default branch cannot be read. Whoever may change that branch mends it first; every open pull request is then planned again by itself.',
    );
  }
  if (command.name === 'status') {
    const status = await repositoryStatus(context.host, setup, context.tools);
    const gate = await gateStatus(context.host, setup, context.pullRequest, context.tools);
    const rules = await rulesNotInForce(context.host, context.tools);
    const view = { kind: 'status' as const, ...status, ...(rules === null ? {} : { rules }), ...gate };
    return { kind: 'answer', view, reaction: 'rocket' };
  }
  return environmentEffect(command, setup, context);
}

async function environmentEffect(
  command: Exclude<Command, { name: 'help' | 'status' }>,
  setup: Extract<Setup, { kind: 'ready' }>,
  context: Context,
): Promise<Effect> {
  const { job, host, pullRequest, tools } = context;
  const policy = await environmentMeant(command, setup, context);
  if (policy === null) {
    return refusal(command, unknownEnvironment(command, setup));
  }
  const ofRules = policyOfAgreed(host, setup);
  const asked = command.name === 'confirm' ? approversOf(ofRules.approvals) : [];
  const person = await host.person(job.actor, [...whoHasASay(policy), ...asked]);
  const { repositoryId, commentId, actor } = job;
  if (command.name === 'plan' && pullRequest?.state === 'open') {
    const asked = await askPlan({ host, pullRequest, policy, person, job }, context.tools);
    return asked.kind === 'refused' ? refusal(command, asked.why) : planEffect(asked.vouch, policy, context);
  }
  const isAuthor = pullRequest?.author === job.actor;
  const key = { repositoryId: job.repositoryId, environment: policy.name };
  const awaited = command.name === 'confirm' ? await awaitedHere(key, job.pullRequest, tools) : null;
  const named = whoConfirms(awaited, policy, ofRules);
  // Whether administrators stand in is found out with the rest, where the rules are settled.
  const mayStandIn = awaited?.kind === 'rules' && roleAtLeast(person.role, 'admin');
  const confirming = mayStandIn ? [...named, administrators] : named;
  const decision = mayCommand(command.name, person, policy, { isAuthor, confirming });
  if (decision.status !== 'allowed') return refusal(command, decision.message);
  if (command.name === 'plan') {
    return refusal(command, `An open pull request was expected, but ${foundHere(pullRequest)}.`);
  }
  const isOfMerge = command.name === 'rollback' && command.of.kind === 'pull-request';
  if (isOfMerge && pullRequest?.state !== 'merged') {
    return refusal(
      command,
      'A rollback takes back what a merge applied, so a merged pull request was expected, but ' +
        `${foundHere(pullRequest)}. Ask on the one whose merge brought the migrations, or name what is to be ` +
        `taken back, as in \`/rollback --last 1 ${policy.name}\`.`,
    );
  }
  if (isOfMerge && pullRequest?.base !== policy.branch) {
    return refusal(
      command,
      `This pull request was merged into ${pullRequest?.base ?? ''}, not into ${policy.branch}. ` +
        `Ask on the pull request that brought the migrations to ${policy.name}.`,
    );
  }
  return {
    kind: 'job',
    job: {
      kind: 'act',
      repositoryId,
      environment: policy.name,
      pullRequest: job.pullRequest,
      commentId,
      actor,
      writtenAt: job.writtenAt,
      command,
    },
  };
}

function planEffect(vouch: Vouch | null, policy: EnvironmentPolicy, { job }: Context): Effect {
  const { repositoryId, pullRequest, commentId, actor } = job;
  const reason = `/plan by ${actor}`;
  const plan = { kind: 'plan' as const, repositoryId, pullRequest, reason, commentIds: [commentId] };
  return { kind: 'plan', vouch, environment: policy.name, job: plan };
}

function foundHere(pullRequest: PullRequest | null): string {
  return pullRequest === null ? 'this is an issue' : `this one is ${pullRequest.state}`;
}

/** The environment that a command names, or that is meant by where it stands. */
async function environmentMeant(
  command: Exclude<Command, { name: 'help' | 'status' }>,
  setup: Extract<Setup, { kind: 'ready' }>,
  context: Context,
): Promise<EnvironmentPolicy | null> {
  const own = await environmentHere(command, setup, context);
  if (command.name !== 'confirm') return own;
  const { repositoryId, pullRequest: number } = context.job;
  return environmentConfirmed(own, setup.environments, { repositoryId, number }, context.tools);
}

/** The environment that a command names, that its pull request merges into, or whose alert issue it stands in. */
async function environmentHere(
  command: Exclude<Command, { name: 'help' | 'status' }>,
  setup: Extract<Setup, { kind: 'ready' }>,
  { job, host, pullRequest, tools }: Context,
): Promise<EnvironmentPolicy | null> {
  const named = 'environment' in command ? command.environment : null;
  if (named !== null) return setup.environments.find(({ name }) => name === named) ?? null;
  if (pullRequest !== null && command.name === 'promote') return promotionMeant(setup, pullRequest.base);
  if (pullRequest !== null) {
    return command.name === 'plan'
      ? policyOfBase(host, setup, pullRequest.base)
      : environmentOfBranch(setup, pullRequest.base);
  }
  for (const policy of setup.environments) {
    const hold = await tools.records.hold({ repositoryId: job.repositoryId, environment: policy.name });
    if (hold?.issue === job.pullRequest) return policy;
  }
  for (const [name, { issue }] of await tools.records.drifts(job.repositoryId)) {
    if (issue === job.pullRequest) return setup.environments.find((one) => one.name === name) ?? null;
  }
  const [glass] = await tools.records.unreviewedGlass(job.repositoryId, job.pullRequest);
  return setup.environments.find(({ name }) => name === glass?.environment) ?? null;
}

/** Where what came to a branch goes on to; from the last one it is that one itself. */
function promotionMeant(setup: Extract<Setup, { kind: 'ready' }>, base: string): EnvironmentPolicy | null {
  const here = environmentOfBranch(setup, base);
  if (here === null) return null;
  const next = setup.environments.filter(({ promotesFrom }) => promotesFrom === here.name);
  if (next.length > 1) return null;
  return next[0] ?? here;
}

function unknownEnvironment(
  command: Exclude<Command, { name: 'help' | 'status' }>,
  setup: Extract<Setup, { kind: 'ready' }>,
): string {
  const names = setup.environments.map(({ name }) => name);
  const known = `Name one of: ${names.join(', ')}.`;
  const named = 'environment' in command ? command.environment : null;
  if (named === null) return `It does not say which environment is meant. ${known}`;
  const meant = nearest(named, names, 4);
  return `There is no environment ${named}. ${meant === null ? known : `Did you mean ${meant}? ${known}`}`;
}

function refusal({ name: command }: Command, reason: string): Effect {
  return { kind: 'refusal', command, reason };
}

async function perform(effect: Effect, job: CommandJob, tools: Tools): Promise<void> {
  const asked = { number: job.pullRequest, commentId: job.commentId, actor: job.actor };
  switch (effect.kind) {
    case 'job':
      return tools.queue.enqueue(effect.job);
    case 'plan':
      if (effect.vouch !== null) await keepVouch(effect.vouch, effect.environment, tools);
      return tools.queue.enqueue(effect.job);
    case 'answer':
      return answer(job.repositoryId, asked, effect.view, effect.reaction, tools);
    case 'refusal':
      // Which environment it is about may not have been found.
      return refuseCommand(
        effect.command,
        { key: { repositoryId: job.repositoryId, environment: null } },
        asked,
        effect.reason,
        tools,
      );
  }
}
