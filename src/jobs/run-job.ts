import type { Job } from '../domain/job.ts';
import { act } from './act.ts';
import { branchPushed } from './branch-pushed.ts';
import { gatePullRequest } from './gate-pull-request.ts';
import { planPullRequest, reportPlanningFailure } from './plan-pull-request.ts';
import { reconcileEnvironment } from './reconcile-environment.ts';
import { runCommands } from './run-commands.ts';
import { sweepAll, sweepRepository } from './sweep.ts';
import { tell } from './tell.ts';
import type { Tools } from './tools.ts';

/** Does one job. An error means: try again later. */
export async function runJob(job: Job, tools: Tools, signal: AbortSignal): Promise<void> {
  switch (job.kind) {
    case 'plan':
      return planPullRequest(job.repositoryId, job.pullRequest, tools, signal);
    case 'gate':
      return gatePullRequest(job.repositoryId, job.pullRequest, tools, signal);
    case 'reconcile':
      return reconcileEnvironment(job, tools, signal);
    case 'command':
      return runCommands(job, tools);
    case 'act':
      return act(job, tools, signal);
    case 'push':
      return branchPushed(job, tools);
    case 'announce':
      return tell(job.repositoryId, job.announcement, tools);
    case 'sweep':
      return job.repositoryId === null ? sweepAll(tools) : sweepRepository(job.repositoryId, tools);
  }
}

/** A job failed for the last time: whoever waits for it is told, where there is a place to tell it. */
export async function giveUp(job: Job, error: unknown, tools: Tools): Promise<void> {
  const reason = error instanceof Error ? error.message : 'unknown';
  tools.log.error({ job, error: reason }, 'gave up on a job');
  if (job.kind === 'plan' || job.kind === 'gate') {
    await reportPlanningFailure(job.repositoryId, job.pullRequest, reason, tools);
  }
}
