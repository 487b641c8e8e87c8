import { ApiError, invalid, notFound } from '../errors.ts';
import type { Actor, Comment, Reaction, ReactionContent, Repository } from '../model.ts';
import { presentComment, presentIssueInWebhook } from '../presenters/discussion.ts';
import { issueByNumber, nodeId, repositoryById, timestamp, type World } from '../world.ts';
import { requireStorable } from './issues.ts';
import { hasRole, requireRole, requireUnarchived } from './rights.ts';

/** Comments on an issue or a pull request; whoever can read may. Throws 422 where it is too long or blank. */
export function createComment(
  world: World,
  repository: Repository,
  number: number,
  body: string,
  by: Actor,
): Comment {
  requireRole(world, repository, by, 'read');
  requireUnarchived(repository);
  const issue = issueByNumber(world, repository, number);
  if (issue.locked && (by.app !== null || !hasRole(world, repository, by.account, 'write'))) {
    throw new ApiError(403, 'Unable to create comment because issue is locked.');
  }
  requireBody(body);
  const id = world.nextId();
  const at = timestamp(world);
  const comment: Comment = {
    id,
    nodeId: nodeId('IssueComment', id),
    repositoryId: repository.id,
    number,
    authorId: by.account.id,
    viaAppId: by.app?.id ?? null,
    body,
    minimized: null,
    createdAt: at,
    updatedAt: at,
  };
  world.store.comments.set(id, comment);
  issue.updatedAt = at;
  tell(world, comment, 'created', by);
  return comment;
}

function requireBody(body: string): void {
  requireStorable('IssueComment', body);
  if (body.trim() === '')
    throw invalid('Validation Failed', [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body cannot be blank' },
    ]);
}

/** The comment of that id in that repository. Throws 404. */
export function commentById(world: World, repository: Repository, id: number): Comment {
  const comment = world.store.comments.get(id);
  if (comment?.repositoryId !== repository.id) throw notFound();
  return comment;
}

function requireEditor(world: World, comment: Comment, by: Actor): void {
  if (comment.authorId === by.account.id) return;
  const repository = repositoryById(world, comment.repositoryId);
  if (by.app !== null || !hasRole(world, repository, by.account, 'write'))
    throw new ApiError(403, 'Must have admin rights to Repository.');
}

/** Changes a comment's words. Its author may, and whoever may write. */
export function editComment(world: World, comment: Comment, body: string, by: Actor): void {
  requireUnarchived(repositoryById(world, comment.repositoryId));
  requireEditor(world, comment, by);
  requireBody(body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = timestamp(world);
  tell(world, comment, 'edited', by, { changes: { body: { from } } });
}

export function deleteComment(world: World, comment: Comment, by: Actor): void {
  requireEditor(world, comment, by);
  world.store.comments.delete(comment.id);
  tell(world, comment, 'deleted', by);
}

/** Folds a comment away, as `minimizeComment` does; the reason is GitHub's classifier in lower case. */
export function minimizeComment(world: World, comment: Comment, classifier: string, by: Actor): void {
  requireEditor(world, comment, by);
  comment.minimized = classifier.toLowerCase();
}

function tell(
  world: World,
  comment: Comment,
  action: string,
  by: Actor,
  body: Readonly<Record<string, unknown>> = {},
): void {
  const repository = repositoryById(world, comment.repositoryId);
  const issue = issueByNumber(world, repository, comment.number);
  world.emit({
    event: 'issue_comment',
    action,
    repository,
    sender: by.account,
    body: { issue: presentIssueInWebhook(world, issue), comment: presentComment(world, comment), ...body },
  });
}

export function commentsOf(world: World, repository: Repository, number: number): Comment[] {
  return [...world.store.comments.values()].filter(
    (comment) => comment.repositoryId === repository.id && comment.number === number,
  );
}

/** Adds a reaction; the one already there where the same person gave it before. */
export function react(
  world: World,
  repository: Repository,
  subject: Reaction['subject'],
  content: ReactionContent,
  by: Actor,
): { reaction: Reaction; isNew: boolean } {
  requireRole(world, repository, by, 'read');
  const before = reactionsTo(world, subject).find(
    (one) => one.authorId === by.account.id && one.content === content,
  );
  if (before !== undefined) return { reaction: before, isNew: false };
  const id = world.nextId();
  const reaction: Reaction = {
    id,
    nodeId: nodeId('Reaction', id),
    subject,
    authorId: by.account.id,
    content,
    createdAt: timestamp(world),
  };
  world.store.reactions.set(id, reaction);
  return { reaction, isNew: true };
}

export function reactionsTo(world: World, subject: Reaction['subject']): Reaction[] {
  return [...world.store.reactions.values()].filter(
    (one) => one.subject.kind === subject.kind && one.subject.id === subject.id,
  );
}
