import { ApiError, invalid } from '../errors.ts';
import type { Actor, Issue, Label, Repository } from '../model.ts';
import { presentIssueInWebhook, presentLabel } from '../presenters/discussion.ts';
import { nodeId, pullRequestOfIssue, repositoryById, timestamp, type World } from '../world.ts';
import { tellPullRequest } from './pull-request-events.ts';
import { requireRole, requireUnarchived } from './rights.ts';

export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly labels: readonly string[];
}

/** The longest body of an issue or a comment, in characters. */
const LONGEST_BODY = 65_536;

/** Throws 422 for a body that GitHub would not store. */
export function requireStorable(resource: string, body: string | null): void {
  if (body === null || body.length <= LONGEST_BODY) return;
  const message = `body is too long (maximum is ${LONGEST_BODY} characters)`;
  throw invalid('Validation Failed', [{ resource, code: 'custom', field: 'body', message }]);
}

/** Takes the next number of the repository for an issue or a pull request. */
export function newIssue(world: World, repository: Repository, wanted: NewIssue, by: Actor): Issue {
  requireStorable('Issue', wanted.body);
  if (wanted.title === '')
    throw invalid('Validation Failed', [{ resource: 'Issue', code: 'missing_field', field: 'title' }]);
  repository.lastNumber += 1;
  const id = world.nextId();
  const at = timestamp(world);
  const issue: Issue = {
    id,
    nodeId: nodeId('Issue', id),
    repositoryId: repository.id,
    number: repository.lastNumber,
    title: wanted.title,
    body: wanted.body,
    state: 'open',
    authorId: by.account.id,
    viaAppId: by.app?.id ?? null,
    labels: wanted.labels.map((name) => labelNamed(world, repository, name).name),
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedById: null,
    locked: false,
  };
  world.store.issues.set(id, issue);
  return issue;
}

/** The repository's label of that name, made where there is none. */
function labelNamed(world: World, repository: Repository, name: string): Label {
  const known = repository.labels.get(name);
  if (known !== undefined) return known;
  const id = world.nextId();
  const label: Label = { id, nodeId: nodeId('Label', id), name, color: 'ededed', description: '' };
  repository.labels.set(name, label);
  return label;
}

export function createIssue(world: World, repository: Repository, wanted: NewIssue, by: Actor): Issue {
  requireRole(world, repository, by, 'read');
  requireUnarchived(repository);
  if (!repository.hasIssues) throw new ApiError(410, 'Issues has been disabled in this repository.');
  const issue = newIssue(world, repository, wanted, by);
  tellIssue(world, issue, 'opened', by);
  return issue;
}

function tellIssue(
  world: World,
  issue: Issue,
  action: string,
  by: Actor,
  body: Readonly<Record<string, unknown>> = {},
): void {
  const repository = repositoryById(world, issue.repositoryId);
  world.emit({
    event: 'issues',
    action,
    repository,
    sender: by.account,
    body: { issue: presentIssueInWebhook(world, issue), ...body },
  });
}

export interface IssueEdit {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** Edits an issue that is no pull request. Its author may, and whoever may triage. */
export async function editIssue(world: World, issue: Issue, edit: IssueEdit, by: Actor): Promise<void> {
  const repository = repositoryById(world, issue.repositoryId);
  requireRole(world, repository, by, by.account.id === issue.authorId ? 'read' : 'triage');
  requireUnarchived(repository);
  if (edit.body !== undefined) requireStorable('Issue', edit.body);
  const before = { title: issue.title, body: issue.body };
  issue.title = edit.title ?? issue.title;
  issue.body = edit.body === undefined ? issue.body : edit.body;
  issue.updatedAt = timestamp(world);
  const changes = {
    ...(before.title === issue.title ? {} : { title: { from: before.title } }),
    ...(before.body === issue.body ? {} : { body: { from: before.body ?? '' } }),
  };
  if (Object.keys(changes).length > 0) tellIssue(world, issue, 'edited', by, { changes });
  if (edit.labels !== undefined) await setLabels(world, issue, edit.labels, by);
  if (edit.state !== undefined && edit.state !== issue.state) setState(world, issue, edit.state, by);
}

/** Locks the conversation of an issue or pull request, or opens it again. */
export function setLocked(world: World, issue: Issue, locked: boolean, by: Actor): void {
  const repository = repositoryById(world, issue.repositoryId);
  requireRole(world, repository, by, 'triage');
  requireUnarchived(repository);
  issue.locked = locked;
}

function setState(world: World, issue: Issue, state: 'open' | 'closed', by: Actor): void {
  const closed = state === 'closed';
  issue.state = state;
  issue.closedAt = closed ? timestamp(world) : null;
  issue.closedById = closed ? by.account.id : null;
  tellIssue(world, issue, closed ? 'closed' : 'reopened', by);
}

/** Replaces the labels of an issue or pull request; each one added or removed is told. */
export async function setLabels(
  world: World,
  issue: Issue,
  names: readonly string[],
  by: Actor,
): Promise<void> {
  const repository = repositoryById(world, issue.repositoryId);
  requireRole(world, repository, by, 'triage');
  const before = issue.labels;
  issue.labels = [...new Set(names)].map((name) => labelNamed(world, repository, name).name);
  issue.updatedAt = timestamp(world);
  for (const name of issue.labels.filter((one) => !before.includes(one)))
    await tellLabel(world, repository, issue, 'labeled', name, by);
  for (const name of before.filter((one) => !issue.labels.includes(one)))
    await tellLabel(world, repository, issue, 'unlabeled', name, by);
}

async function tellLabel(
  world: World,
  repository: Repository,
  issue: Issue,
  action: 'labeled' | 'unlabeled',
  name: string,
  by: Actor,
): Promise<void> {
  const label = presentLabel(world, repository, labelNamed(world, repository, name));
  const pull = pullRequestOfIssue(world, issue);
  if (pull === undefined) tellIssue(world, issue, action, by, { label });
  else await tellPullRequest(world, pull, action, by, { label });
}
