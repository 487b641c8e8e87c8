import type { Command, CommandName, ParsedCommand } from '../../domain/command.ts';
import type { Job } from '../../domain/job.ts';
import { approversOf, roleAtLeast, whoHasASay, type EnvironmentPolicy } from '../../domain/policy.ts';
import { mayCommand } from '../../gate/may-command.ts';
import { administrators } from '../../gate/stand-ins.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Vouch } from '../../ports/record-rows.ts';
import type { ReplyView } from '../../report/reply-view.ts';
import { askPlan, keepVouch } from './ask-plan.ts';
import { repositoryStatus } from '../repository-status.ts';
import { awaitedHere, whoConfirms } from './awaited-here.ts';
import { environmentMeant, unknownEnvironment } from './environment-meant.ts';
import { gateStatus } from '../gating/gate-status.ts';
import { policyOfAgreed } from '../ruling/decide-rules.ts';
import { rulesNotInForce } from '../ruling/rules-not-in-force.ts';
import { answer, refuseCommand } from './replies.ts';
import { readSetup, type Setup } from '../setup.ts';
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
    const gates = await gateStatus(context.host, setup, context.pullRequest, context.tools);
    const rules = await rulesNotInForce(context.host, context.tools);
    const view = { kind: 'status' as const, ...status, ...(rules === null ? {} : { rules }), ...gates };
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
  const place = { host, repositoryId: job.repositoryId, number: job.pullRequest, pullRequest };
  const policy = await environmentMeant(command, setup, place, tools);
  if (policy === null) return refusal(command, unknownEnvironment(command, setup, pullRequest));
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
