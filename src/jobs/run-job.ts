import type { Job } from '../domain/job.ts';
import type { Reaction } from '../ports/code-host.ts';
import { TargetUnavailable } from '../ports/target.ts';
import { act } from './commands/act.ts';
import { branchPushed } from './branch-pushed.ts';
import { gatePullRequest } from './gating/gate-pull-request.ts';
import { lookAtDrift } from './drift/drift-job.ts';
import { holdEnvironment } from './applying/holds.ts';
import { checkMergeGroup, closeMergeGroup, reportGroupFailure } from './merge-queue/merge-group.ts';
import { planPullRequest } from './planning/plan-pull-request.ts';
import { reportPlanningFailure } from './planning/report-planning-failure.ts';
import { promoteByItself } from './promotion/promote-by-itself.ts';
import { findEnvironment } from './environment.ts';
import { noteTurn, passTurn } from './applying/take-turns.ts';
import { reconcileEnvironment } from './applying/reconcile-environment.ts';
import { answer, refuseCommand } from './commands/replies.ts';
import { endGivenUp } from './rollback/stop-rollback.ts';
import { decideOnNewRights } from './gating/new-rights.ts';
import { runCommands } from './commands/run-commands.ts';
import { sweepAll, sweepRepository } from './sweep.ts';
import { holdForMoved, TargetMoved } from './applying/target-moved.ts';
import { tell } from './applying/tell.ts';
import type { Tools } from './tools.ts';
import { warmShadow } from './planning/warm-shadow.ts';

/** Does one job. An error means: try again later. */
export async function runJob(job: Job, tools: Tools, signal: AbortSignal): Promise<void> {
  switch (job.kind) {
    case 'plan': {
      const planned = await planPullRequest(job.repositoryId, job.pullRequest, tools, signal);
      // A newer plan that replaced this one answers in its stead.
      if (signal.aborted) return;
      return planned.kind === 'planned'
        ? reactTo(job, 'rocket', tools)
        : answerNoPlan(job, planned.why, tools);
    }
    case 'gate':
      return gatePullRequest(job, tools, signal);
    case 'rights':
      return decideOnNewRights(job.of, tools);
    case 'merge-group':
      return checkMergeGroup(job, tools, signal);
    case 'merge-group-gone':
      return closeMergeGroup(job, tools);
    case 'reconcile':
      return reconcileEnvironment(job, tools, signal);
    case 'promote':
      return promoteByItself(job, tools);
    case 'command':
      return runCommands(job, tools);
    case 'act':
      return act(job, tools, signal);
    case 'push':
      return branchPushed(job, tools);
    case 'announce':
      return tell(job.repositoryId, job.announcement, tools);
    case 'sweep':
      return job.repositoryId === null
        ? sweepAll(job.starting === true, tools)
        : sweepRepository(job.repositoryId, job.starting === true, tools);
    case 'drift':
      return lookAtDrift(job, tools, signal);
    case 'warm':
      return warmShadow(job, tools, signal);
  }
}

/** A job failed for the last time: whoever waits for it is told, where there is a place to tell it. */
export async function giveUp(job: Job, error: unknown, tools: Tools): Promise<void> {
  const reason = error instanceof Error ? error.message : 'unknown';
  tools.log.error({ job, error: reason }, 'gave up on a job');
  switch (job.kind) {
    case 'plan':
      await reportPlanningFailure(job.repositoryId, job.pullRequest, reason, tools);
      return reactTo(job, 'confused', tools);
    case 'gate':
      return reportPlanningFailure(job.repositoryId, job.pullRequest, reason, tools);
    case 'merge-group':
      return reportGroupFailure(job, reason, tools);
    case 'reconcile':
      if (error instanceof TargetMoved) return holdForMoved(job, error, tools);
      return holdUntilReached(job, error, tools);
    case 'act':
      return (await endGivenUp(job, error, tools)) ? undefined : answerFailure(job, tools);
    case 'command':
      return answerFailure(job, tools);
    case 'merge-group-gone':
    case 'promote':
    case 'push':
    case 'announce':
    case 'rights':
    case 'warm':
    case 'drift':
    case 'sweep':
      // The next sweep, or plan, looks at the same again.
      return;
  }
}

/** Tells whoever asked for a plan by a comment how that ended; the plan itself stands on the pull request. */
async function reactTo(
  { repositoryId, commentIds = [] }: Extract<Job, { kind: 'plan' }>,
  reaction: Reaction,
  tools: Tools,
): Promise<void> {
  if (commentIds.length === 0) return;
  const host = await tools.hosts.forRepository(repositoryId);
  for (const commentId of commentIds) await host?.react(commentId, reaction);
}

/** Whoever asked for a plan of what can no longer be planned gets a reply that says why. */
async function answerNoPlan(
  { repositoryId, pullRequest, commentIds = [] }: Extract<Job, { kind: 'plan' }>,
  reason: string,
  tools: Tools,
): Promise<void> {
  const [first, ...others] = commentIds;
  if (first === undefined) return;
  const view = { kind: 'refused' as const, command: 'plan' as const, reason };
  const asked = { number: pullRequest, commentId: first };
  await answer(repositoryId, asked, view, 'confused', tools);
  const host = await tools.hosts.forRepository(repositoryId);
  for (const commentId of others) await host?.react(commentId, 'confused');
}

/** A target that cannot be reached: the hold is about no migration, so it ends by itself once the target answers. */
async function holdUntilReached(
  { repositoryId, environment }: Extract<Job, { kind: 'reconcile' }>,
  error: unknown,
  tools: Tools,
): Promise<void> {
  if (!(error instanceof TargetUnavailable)) return;
  // A hold with a reason of its own stands whether or not the target answers: this one would end by itself.
  const standing = await tools.records.hold({ repositoryId, environment });
  if (standing !== null && !(standing.reason === 'apply-failed' && standing.migrations.length === 0)) return;
  const about = { migrations: [], commit: null, pullRequest: null };
  const request = { reason: 'apply-failed' as const, message: error.message, ...about };
  const key = { repositoryId, environment };
  await holdEnvironment(key, request, tools);
  const held = await findEnvironment(key, tools);
  const head = held === null ? null : await held.host.branchHead(held.policy.branch);
  if (held === null || head === null) return;
  await noteTurn(held, head, tools);
  await passTurn(held, tools);
}

async function answerFailure(job: Extract<Job, { kind: 'act' | 'command' }>, tools: Tools): Promise<void> {
  const [first] = job.kind === 'command' ? job.commands : [];
  const name =
    job.kind === 'act' ? job.command.name : first?.kind === 'command' ? first.command.name : 'help';
  const reason =
    'It was tried several times and did not come to an end. Whoever runs Tidegate finds the cause in its log; ' +
    'then give the command again.';
  const asked = { number: job.pullRequest, commentId: job.commentId, actor: job.actor };
  const about = { repositoryId: job.repositoryId, environment: job.kind === 'act' ? job.environment : null };
  await refuseCommand(name, { key: about }, asked, reason, tools);
}
