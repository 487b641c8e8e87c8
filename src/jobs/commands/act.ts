import type { Job } from '../../domain/job.ts';
import { askPromotion } from '../promotion/ask-promotion.ts';
import { askRollback } from '../rollback/ask-rollback.ts';
import { breakGlass } from './break-glass.ts';
import { confirm } from './confirm.ts';
import { drift } from '../drift/drift.ts';
import { findEnvironment } from '../environment.ts';
import { holdByCommand } from './hold-by-command.ts';
import { releaseHold } from './release-hold.ts';
import { retryHold } from './retry-hold.ts';
import { refuseCommand } from './replies.ts';
import type { Tools } from '../tools.ts';
import { withdraw } from './withdraw.ts';

/** Runs a command that touches a target, in the environment's order; its rights were checked when it was read. */
export async function act(
  job: Extract<Job, { kind: 'act' }>,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const environment = await findEnvironment(job, tools);
  const { pullRequest: number, commentId, actor, writtenAt } = job;
  const asked = { number, commentId, actor, writtenAt };
  if (environment === null) {
    return refuseCommand(job.command.name, { key: job }, asked, notFound(job.environment), tools);
  }
  switch (job.command.name) {
    case 'rollback':
      return askRollback(environment, { ...asked, command: job.command }, tools, signal);
    case 'confirm':
      return confirm(environment, asked, tools, signal);
    case 'withdraw':
      return withdraw(environment, asked, tools);
    case 'retry':
      return retryHold(environment, asked, tools);
    case 'release':
      return releaseHold(environment, asked, tools);
    case 'promote':
      return askPromotion(environment, asked, tools);
    case 'hold':
      return holdByCommand(environment, asked, job.command.why, tools);
    case 'drift':
      return drift(environment, { ...asked, command: job.command }, tools, signal);
    case 'apply':
      return breakGlass(
        environment,
        { ...asked, isEnvironmentNamed: job.command.environment !== null },
        job.command.why,
        tools,
      );
  }
}

function notFound(environment: string): string {
  return (
    `An environment ${environment} was expected that has a database, and was not found: the server’s configuration ` +
    'names none for it, or .github/tidegate.yml on the default branch cannot be read or names it no more. ' +
    'Mend that, then comment again.'
  );
}
