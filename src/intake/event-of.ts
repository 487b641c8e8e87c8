import type { z } from 'zod';
import type { Event } from '../domain/event.ts';
import { parseCommands } from './parse-commands.ts';
import {
  checkRunPayload,
  checkSuitePayload,
  commentPayload,
  installationPayload,
  installationRepositoriesPayload,
  mergeGroupPayload,
  pullRequestPayload,
  pushPayload,
  repositoryPayload,
  reviewPayload,
  rightsPayload,
  withAction,
} from './payloads.ts';

/** Reads one kind of webhook. */
type Reader = (payload: unknown, name: string) => Event | null;

const readers: Readonly<Record<string, Reader>> = {
  'pull_request.opened': pullRequestChanged,
  'pull_request.reopened': pullRequestChanged,
  'pull_request.synchronize': pullRequestChanged,
  'pull_request.ready_for_review': pullRequestChanged,
  'pull_request.edited': (payload, name) => {
    const { changes } = read(pullRequestPayload, payload, name);
    const matters = changes?.base !== undefined || changes?.title !== undefined;
    return matters ? pullRequestChanged(payload, name) : null;
  },
  'pull_request.labeled': labelled,
  'pull_request.unlabeled': labelled,
  'pull_request.closed': closed,
  'pull_request_review.submitted': reviewed,
  'pull_request_review.edited': reviewed,
  'pull_request_review.dismissed': reviewed,
  // An edit never is a command: who wrote the comment need not be who edited it.
  'issue_comment.created': commented,
  push: pushed,
  'check_run.rerequested': checkRunAsked,
  'check_run.requested_action': checkRunAsked,
  'check_suite.rerequested': (payload, name) => {
    const { repository, check_suite: suite } = read(checkSuitePayload, payload, name);
    return checkAsked(repository.id, suite);
  },
  'merge_group.checks_requested': groupFormed,
  'merge_group.destroyed': (payload, name) => {
    const { repository, merge_group: group } = read(mergeGroupPayload, payload, name);
    return { kind: 'merge-group-destroyed', repositoryId: repository.id, head: group.head_sha };
  },
  'installation.created': installed,
  'installation.unsuspend': installed,
  'installation.new_permissions_accepted': installed,
  'installation_repositories.added': (payload, name) => {
    const { repositories_added: added } = read(installationRepositoriesPayload, payload, name);
    return repositoriesChanged(added);
  },
  'member.added': rightsChanged,
  'member.edited': rightsChanged,
  'member.removed': rightsChanged,
  'membership.added': rightsChanged,
  'membership.removed': rightsChanged,
  'team.added_to_repository': rightsChanged,
  'team.deleted': rightsChanged,
  'team.edited': rightsChanged,
  'team.removed_from_repository': rightsChanged,
  'organization.member_added': rightsChanged,
  'organization.member_removed': rightsChanged,
  'repository.renamed': repositoryChanged,
  'repository.edited': repositoryChanged,
  'repository.transferred': repositoryChanged,
  'repository.unarchived': repositoryChanged,
};

/**
 * A webhook in Tidegate's words; null for one that it does not act on. What a merge
 * brings to a database is told by its push. Throws an Error that names the fields where a webhook that it acts on
 * is not as GitHub documents it ("Webhook events and payloads").
 */
export function eventOf(name: string, payload: unknown): Event | null {
  const action = withAction.safeParse(payload).data?.action;
  const kind = action === undefined ? name : `${name}.${action}`;
  if (!Object.hasOwn(readers, kind)) return null;
  return readers[kind]?.(payload, kind) ?? null;
}

function read<T>(schema: z.ZodType<T>, payload: unknown, name: string): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new Error(`The webhook ${name} is not as GitHub documents it: look at ${fields}.`);
}

function pullRequestChanged(payload: unknown, name: string): Event {
  const { repository, number } = read(pullRequestPayload, payload, name);
  return { kind: 'pull-request-changed', repositoryId: repository.id, pullRequest: number, reason: name };
}

function closed(payload: unknown, name: string): Event | null {
  const { repository, number, pull_request: pullRequest } = read(pullRequestPayload, payload, name);
  if (pullRequest?.merged !== true) return null;
  return { kind: 'merged', repositoryId: repository.id, pullRequest: number };
}

function reviewed(payload: unknown, name: string): Event {
  const { repository, pull_request: pullRequest } = read(reviewPayload, payload, name);
  return { kind: 'reviewed', repositoryId: repository.id, pullRequest: pullRequest.number };
}

function labelled(payload: unknown, name: string): Event {
  const { repository, number } = read(pullRequestPayload, payload, name);
  return { kind: 'labelled', repositoryId: repository.id, pullRequest: number };
}

/** A team's and an organisation's members have their say in all of its repositories. */
function rightsChanged(payload: unknown, name: string): Event | null {
  const { repository, organization } = read(rightsPayload, payload, name);
  if (repository === undefined || repository === null) {
    return organization ? { kind: 'rights-changed', of: { organisation: organization.login } } : null;
  }
  return { kind: 'rights-changed', of: { repositoryId: repository.id } };
}

function commented(payload: unknown, name: string): Event | null {
  const { repository, issue, comment } = read(commentPayload, payload, name);
  if (comment.user === null) return null;
  return {
    kind: 'commented',
    repositoryId: repository.id,
    pullRequest: issue.number,
    isPullRequest: issue.pull_request !== undefined && issue.pull_request !== null,
    commentId: comment.id,
    actor: comment.user.login,
    actorIsBot: comment.user.type !== 'User',
    writtenAt: comment.created_at,
    commands: parseCommands(comment.body ?? ''),
  };
}

function pushed(payload: unknown, name: string): Event | null {
  const { ref, before, repository } = read(pushPayload, payload, name);
  const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1];
  if (branch === undefined) return null;
  const isNew = /^0+$/.test(before);
  return { kind: 'pushed', repositoryId: repository.id, branch, before: isNew ? null : before };
}

function checkRunAsked(payload: unknown, name: string): Event | null {
  const { action, repository, check_run: run, ...rest } = read(checkRunPayload, payload, name);
  if (action === 'requested_action' && rest.requested_action?.identifier !== 'plan') return null;
  return checkAsked(repository.id, run);
}

function checkAsked(repositoryId: number, asked: z.infer<typeof checkRunPayload>['check_run']): Event {
  // The same head can be in pull requests of other repositories: those are theirs.
  const own = asked.pull_requests.filter(({ base }) => base.repo.id === repositoryId);
  const pullRequests = own.map(({ number }) => number);
  return { kind: 'check-asked', repositoryId, head: asked.head_sha, pullRequests };
}

function groupFormed(payload: unknown, name: string): Event {
  const { repository, merge_group: raw } = read(mergeGroupPayload, payload, name);
  const group = {
    base: branchOf(raw.base_ref),
    branch: branchOf(raw.head_ref),
    baseCommit: raw.base_sha,
    head: raw.head_sha,
  };
  return { kind: 'merge-group-formed', repositoryId: repository.id, group };
}

/** Full names are documented; a short one means the same. */
function branchOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

function installed(payload: unknown, name: string): Event | null {
  return repositoriesChanged(read(installationPayload, payload, name).repositories);
}

function repositoryChanged(payload: unknown, name: string): Event | null {
  return repositoriesChanged([read(repositoryPayload, payload, name).repository]);
}

function repositoriesChanged(repositories: readonly { readonly id: number }[]): Event | null {
  if (repositories.length === 0) return null;
  return { kind: 'repositories-changed', repositoryIds: repositories.map(({ id }) => id) };
}
