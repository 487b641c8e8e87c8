import { REACTIONS, type Comment, type Issue, type Label, type Reaction, type Repository } from '../model.ts';
import { appById, issueByNumber, pullRequestOfIssue, repositoryById, type World } from '../world.ts';
import { associationOf } from '../operations/rights.ts';
import { presentAccountById } from './account.ts';
import { presentAppReference } from './app.ts';
import { repositoryApi, repositoryPage } from './links.ts';

export function presentLabel(world: World, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: label.nodeId,
    url: `${repositoryApi(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}

export function presentLabels(world: World, repository: Repository, issue: Issue) {
  return issue.labels.flatMap((name) => {
    const label = repository.labels.get(name);
    return label === undefined ? [] : [presentLabel(world, repository, label)];
  });
}

function rollUp(world: World, kind: 'comment' | 'issue', id: number, url: string) {
  const all = [...world.store.reactions.values()].filter(
    ({ subject }) => subject.kind === kind && subject.id === id,
  );
  const counts = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  for (const content of REACTIONS) counts[content] = all.filter((one) => one.content === content).length;
  return { url, total_count: all.length, ...counts };
}

export function presentReaction(world: World, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: presentAccountById(world, reaction.authorId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function viaApp(world: World, id: number | null) {
  return id === null ? null : presentAppReference(world, appById(world, id));
}

/** "Issue"; a pull request is one too, and then says so. */
export function presentIssue(world: World, issue: Issue) {
  const repository = repositoryById(world, issue.repositoryId);
  const api = repositoryApi(world, repository);
  const pull = pullRequestOfIssue(world, issue);
  const kind = pull === undefined ? 'issues' : 'pull';
  const page = `${repositoryPage(world, repository)}/${kind}/${issue.number}`;
  const url = `${api}/issues/${issue.number}`;
  const comments = [...world.store.comments.values()].filter(
    (comment) => comment.repositoryId === issue.repositoryId && comment.number === issue.number,
  );
  const pullAddresses =
    pull === undefined
      ? {}
      : {
          draft: pull.draft,
          pull_request: {
            url: `${api}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: pull.merge?.at ?? null,
          },
        };
  return {
    id: issue.id,
    node_id: issue.nodeId,
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    title: issue.title,
    user: presentAccountById(world, issue.authorId),
    labels: presentLabels(world, repository, issue),
    state: issue.state,
    state_reason: issue.state === 'closed' ? ('completed' as const) : null,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(world, repository, issue.authorId),
    body: issue.body,
    reactions: rollUp(world, 'issue', issue.id, `${url}/reactions`),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: viaApp(world, issue.viaAppId),
    ...pullAddresses,
  };
}

/**
 * An issue as webhooks carry it: there GitHub names the App that opened it by a list of permissions and events from
 * before merge queues.
 */
export function presentIssueInWebhook(world: World, issue: Issue) {
  const presented = presentIssue(world, issue);
  const app = presented.performed_via_github_app;
  if (app === null) return presented;
  const { merge_queues: _queues, ...permissions } = app.permissions;
  const events = app.events.filter((event) => event !== 'merge_group');
  return { ...presented, performed_via_github_app: { ...app, permissions, events } };
}

/** One issue by itself, which also says who closed it. */
export function presentFullIssue(world: World, issue: Issue) {
  const closer = issue.closedById === null ? null : presentAccountById(world, issue.closedById);
  return { ...presentIssue(world, issue), closed_by: closer };
}

export function presentComment(world: World, comment: Comment) {
  const repository = repositoryById(world, comment.repositoryId);
  const api = repositoryApi(world, repository);
  const pull = pullRequestOfIssue(world, issueByNumber(world, repository, comment.number));
  const kind = pull === undefined ? 'issues' : 'pull';
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: comment.nodeId,
    url,
    html_url: `${repositoryPage(world, repository)}/${kind}/${comment.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    user: presentAccountById(world, comment.authorId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(world, repository, comment.authorId),
    body: comment.body,
    reactions: rollUp(world, 'comment', comment.id, `${url}/reactions`),
    performed_via_github_app: viaApp(world, comment.viaAppId),
  };
}
