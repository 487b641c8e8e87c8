import { z } from 'zod';
import { input, listed, numberParam, param, repositoryRoute, type Call, type Route } from '../http/route.ts';
import {
  REACTIONS,
  type Access,
  type Comment,
  type Issue,
  type Reaction,
  type Repository,
} from '../model.ts';
import {
  commentById,
  commentsOf,
  createComment,
  deleteComment,
  editComment,
  react,
  reactionsTo,
} from '../operations/comments.ts';
import { createIssue, editIssue, setLabels, setLocked } from '../operations/issues.ts';
import { editPullRequest } from '../operations/pull-requests.ts';
import {
  presentComment,
  presentFullIssue,
  presentIssue,
  presentLabels,
  presentReaction,
} from '../presenters/discussion.ts';
import { issueByNumber, pullRequestOfIssue } from '../world.ts';

const READ: readonly `${string}:${Access}`[] = ['issues:read', 'pull_requests:read'];
const WRITE: readonly `${string}:${Access}`[] = ['issues:write', 'pull_requests:write'];

const Label = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const NewBody = z.object({
  title: z.string().min(1),
  body: z.string().nullish(),
  labels: z.array(Label).default([]),
});
const EditBody = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  labels: z.array(Label).optional(),
});
const LabelsBody = z.union([
  z.array(Label),
  z.object({ labels: z.array(Label) }).transform(({ labels }) => labels),
]);
const Words = z.object({ body: z.string() });
const ReactionBody = z.object({ content: z.enum(REACTIONS) });

function issueIn(call: Call, repository: Repository): Issue {
  return issueByNumber(call.world, repository, numberParam(call, 'number'));
}

function commentIn(call: Call, repository: Repository): Comment {
  return commentById(call.world, repository, numberParam(call, 'id'));
}

function listIssues(call: Call, repository: Repository) {
  const { query, world } = call;
  const state = query['state'] ?? 'open';
  const labels = (query['labels'] ?? '').split(',').filter((label) => label !== '');
  const since = query['since'];
  const found = [...world.store.issues.values()]
    .filter((issue) => issue.repositoryId === repository.id)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => since === undefined || issue.updatedAt >= since)
    .filter(
      (issue) => query['creator'] === undefined || presentIssue(world, issue).user.login === query['creator'],
    )
    .reverse();
  return listed(call, found, (issue) => presentIssue(world, issue));
}

async function edit(call: Call, repository: Repository) {
  const issue = issueIn(call, repository);
  const body = input(call, EditBody);
  const pull = pullRequestOfIssue(call.world, issue);
  if (pull === undefined) await editIssue(call.world, issue, body, call.actor);
  else {
    const { labels, ...rest } = body;
    await editPullRequest(call.world, pull, rest, call.actor);
    if (labels !== undefined) await setLabels(call.world, issue, labels, call.actor);
  }
  return { body: presentFullIssue(call.world, issue) };
}

function listComments(call: Call, repository: Repository) {
  const issue = issueIn(call, repository);
  const since = call.query['since'];
  const found = commentsOf(call.world, repository, issue.number).filter(
    (comment) => since === undefined || comment.updatedAt >= since,
  );
  return listed(call, found, (comment) => presentComment(call.world, comment));
}

function addReaction(call: Call, repository: Repository, subject: Reaction['subject']) {
  const { content } = input(call, ReactionBody);
  const { reaction, isNew } = react(call.world, repository, subject, content, call.actor);
  return { status: isNew ? 201 : 200, body: presentReaction(call.world, reaction) };
}

function listReactions(call: Call, subject: Reaction['subject']) {
  const found = reactionsTo(call.world, subject).filter(
    (one) => call.query['content'] === undefined || one.content === call.query['content'],
  );
  return listed(call, found, (one) => presentReaction(call.world, one));
}

async function relabel(
  call: Call,
  repository: Repository,
  next: (now: readonly string[]) => readonly string[],
) {
  const issue = issueIn(call, repository);
  await setLabels(call.world, issue, next(issue.labels), call.actor);
  return { body: presentLabels(call.world, repository, issue) };
}

export const issueRoutes: readonly Route[] = [
  repositoryRoute('GET', '/issues', READ, listIssues),
  repositoryRoute('POST', '/issues', ['issues:write'], (call, repository) => {
    const body = input(call, NewBody);
    const issue = createIssue(call.world, repository, { ...body, body: body.body ?? null }, call.actor);
    return { status: 201, body: presentFullIssue(call.world, issue) };
  }),
  repositoryRoute('GET', '/issues/:number', READ, (call, repository) => ({
    body: presentFullIssue(call.world, issueIn(call, repository)),
  })),
  repositoryRoute('PATCH', '/issues/:number', WRITE, edit),
  repositoryRoute('GET', '/issues/:number/labels', READ, (call, repository) => ({
    body: presentLabels(call.world, repository, issueIn(call, repository)),
  })),
  repositoryRoute('POST', '/issues/:number/labels', WRITE, (call, repository) => {
    const added = input(call, LabelsBody);
    return relabel(call, repository, (now) => [...now, ...added]);
  }),
  repositoryRoute('PUT', '/issues/:number/labels', WRITE, (call, repository) => {
    const wanted = input(call, LabelsBody);
    return relabel(call, repository, () => wanted);
  }),
  repositoryRoute('DELETE', '/issues/:number/labels/:name', WRITE, (call, repository) =>
    relabel(call, repository, (now) => now.filter((name) => name !== param(call, 'name'))),
  ),
  repositoryRoute('PUT', '/issues/:number/lock', WRITE, (call, repository) => {
    setLocked(call.world, issueIn(call, repository), true, call.actor);
    return { status: 204 };
  }),
  repositoryRoute('DELETE', '/issues/:number/lock', WRITE, (call, repository) => {
    setLocked(call.world, issueIn(call, repository), false, call.actor);
    return { status: 204 };
  }),
  repositoryRoute('GET', '/issues/:number/comments', READ, listComments),
  repositoryRoute('POST', '/issues/:number/comments', WRITE, (call, repository) => {
    const { body } = input(call, Words);
    const comment = createComment(call.world, repository, numberParam(call, 'number'), body, call.actor);
    return { status: 201, body: presentComment(call.world, comment) };
  }),
  repositoryRoute('GET', '/issues/comments', READ, (call, repository) => {
    const since = call.query['since'];
    const found = [...call.world.store.comments.values()].filter(
      (one) => one.repositoryId === repository.id && (since === undefined || one.updatedAt >= since),
    );
    return listed(call, found, (comment) => presentComment(call.world, comment));
  }),
  repositoryRoute('GET', '/issues/comments/:id', READ, (call, repository) => ({
    body: presentComment(call.world, commentIn(call, repository)),
  })),
  repositoryRoute('PATCH', '/issues/comments/:id', WRITE, (call, repository) => {
    const comment = commentIn(call, repository);
    editComment(call.world, comment, input(call, Words).body, call.actor);
    return { body: presentComment(call.world, comment) };
  }),
  repositoryRoute('DELETE', '/issues/comments/:id', WRITE, (call, repository) => {
    deleteComment(call.world, commentIn(call, repository), call.actor);
    return { status: 204 };
  }),
  repositoryRoute('GET', '/issues/comments/:id/reactions', READ, (call, repository) =>
    listReactions(call, { kind: 'comment', id: commentIn(call, repository).id }),
  ),
  repositoryRoute('POST', '/issues/comments/:id/reactions', WRITE, (call, repository) =>
    addReaction(call, repository, { kind: 'comment', id: commentIn(call, repository).id }),
  ),
  repositoryRoute('GET', '/issues/:number/reactions', READ, (call, repository) =>
    listReactions(call, { kind: 'issue', id: issueIn(call, repository).id }),
  ),
  repositoryRoute('POST', '/issues/:number/reactions', WRITE, (call, repository) =>
    addReaction(call, repository, { kind: 'issue', id: issueIn(call, repository).id }),
  ),
];
