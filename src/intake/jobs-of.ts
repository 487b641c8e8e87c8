import type { CommandName, ParsedCommand } from '../domain/command.ts';
import type { Event } from '../domain/event.ts';
import type { Job } from '../domain/job.ts';

/** What is to be done about a webhook. */
export function jobsOf(event: Event): readonly Job[] {
  const { kind } = event;
  switch (kind) {
    case 'pull-request-changed': {
      const { repositoryId, pullRequest, reason } = event;
      return [{ kind: 'plan', repositoryId, pullRequest, reason }];
    }
    case 'reviewed': {
      const { repositoryId, pullRequest } = event;
      return [{ kind: 'gate', repositoryId, pullRequest, reason: 'a review' }];
    }
    case 'labelled': {
      const { repositoryId, pullRequest } = event;
      return [{ kind: 'gate', repositoryId, pullRequest, reason: 'a label' }];
    }
    case 'rights-changed':
      return [{ kind: 'rights', of: event.of }];
    case 'merged': {
      const { repositoryId, pullRequest } = event;
      return [{ kind: 'gate', repositoryId, pullRequest, reason: 'a merge' }];
    }
    case 'commented':
      return commandJobs(event);
    case 'pushed': {
      const { repositoryId, branch, before } = event;
      return [{ kind: 'push', repositoryId, branch, before }];
    }
    case 'check-asked':
      return checkJobs(event);
    case 'merge-group-formed': {
      const { repositoryId, group } = event;
      return [{ kind: 'merge-group', repositoryId, group }];
    }
    case 'merge-group-destroyed': {
      const { repositoryId, head } = event;
      return [{ kind: 'merge-group-gone', repositoryId, head }];
    }
    case 'repositories-changed':
      return event.repositoryIds.map((repositoryId) => ({ kind: 'sweep', repositoryId }));
  }
}

/** What a bot gets a refusal for; to anything else of a bot's there is no answer, so that no two bots chat. */
const refusedToBots: ReadonlySet<CommandName> = new Set([
  'plan',
  'rollback',
  'confirm',
  'withdraw',
  'retry',
  'release',
  'hold',
  'apply',
  'drift',
  'promote',
]);

function commandJobs(event: Extract<Event, { kind: 'commented' }>): readonly Job[] {
  const { repositoryId, pullRequest, isPullRequest, commentId, actor, writtenAt } = event;
  // The gate knows a bot by this ending; one that has another name is not answered at all.
  if (event.actorIsBot && !actor.endsWith('[bot]')) return [];
  const commands = event.actorIsBot ? event.commands.filter(isRefusedToBots) : event.commands;
  if (commands.length === 0) return [];
  return [
    { kind: 'command', repositoryId, pullRequest, isPullRequest, commentId, actor, writtenAt, commands },
  ];
}

function isRefusedToBots(parsed: ParsedCommand): boolean {
  return parsed.kind === 'command' && refusedToBots.has(parsed.command.name);
}

/** GitHub names no pull requests of forks: the repository is then looked through. */
function checkJobs(event: Extract<Event, { kind: 'check-asked' }>): readonly Job[] {
  const { repositoryId, pullRequests } = event;
  if (pullRequests.length === 0) return [{ kind: 'sweep', repositoryId }];
  return pullRequests.map((pullRequest) => ({
    kind: 'plan',
    repositoryId,
    pullRequest,
    reason: 'asked on the check',
  }));
}
