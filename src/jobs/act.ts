import type { Job } from '../domain/job.ts';
import { askRollback } from './ask-rollback.ts';
import { breakGlass } from './break-glass.ts';
import { confirm } from './confirm.ts';
import { findEnvironment } from './environment.ts';
import { holdByCommand } from './hold-by-command.ts';
import { releaseHold } from './release-hold.ts';
import { retryHold } from './retry-hold.ts';
import type { Tools } from './tools.ts';

/** Runs a command that touches a target, in the environment's order; its rights were checked when it was read. */
export async function act(
  job: Extract<Job, { kind: 'act' }>,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const environment = await findEnvironment(job, tools);
  if (environment === null) return;
  const asked = { number: job.pullRequest, commentId: job.commentId, actor: job.actor };
  switch (job.command.name) {
    case 'rollback':
      return askRollback(environment, { ...asked, command: job.command }, tools, signal);
    case 'confirm':
      return confirm(environment, asked, tools, signal);
    case 'retry':
      return retryHold(environment, asked, tools);
    case 'release':
      return releaseHold(environment, asked, tools);
    case 'hold':
      return holdByCommand(environment, asked, job.command.why, tools);
    case 'apply':
      return breakGlass(environment, { ...asked, writtenAt: job.writtenAt }, job.command.why, tools);
  }
}
