import { invalid, type ApiError } from '../errors.ts';
import { isAncestor, listCommits } from '../git/commits.ts';
import { fetchCommit } from '../git/repository.ts';
import { readRef, writeRef } from '../git/refs.ts';
import type { Account, Actor, PullRequest, Repository, Sha } from '../model.ts';
import { presentAccount } from '../presenters/account.ts';
import { presentHookTeam } from '../presenters/team.ts';
import {
  accountByLogin,
  fullName,
  nodeId,
  repositoryById,
  repositoryByName,
  timestamp,
  type World,
} from '../world.ts';
import { closeUnmerged } from './closing.ts';
import { newIssue } from './issues.ts';
import { tellPullRequest } from './pull-request-events.ts';
import { associationOf, hasRole, requireRole, requireUnarchived } from './rights.ts';

export interface NewPullRequest {
  readonly title: string;
  readonly body: string | null;
  /** `branch`, or `owner:branch` for a fork. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

function refused(field: string, code: string, message?: string): ApiError {
  const error = { resource: 'PullRequest', field, code };
  return invalid('Validation Failed', [message === undefined ? error : { ...error, message }]);
}

/** Opens a pull request. Throws 422 where a branch is missing, nothing is new, or there is one already. */
export async function openPullRequest(
  world: World,
  repository: Repository,
  wanted: NewPullRequest,
  by: Actor,
): Promise<PullRequest> {
  requireRole(world, repository, by, 'read');
  requireUnarchived(repository);
  const source = sourceOf(world, repository, wanted.head);
  const head = await readRef(world.git(source.repository), `refs/heads/${source.branch}`);
  const git = world.git(repository);
  const base = await readRef(git, `refs/heads/${wanted.base}`);
  if (head === undefined) throw refused('head', 'invalid');
  if (base === undefined) throw refused('base', 'invalid');
  requireNoneOpen(world, repository, source, wanted);
  const number = repository.lastNumber + 1;
  const headRef = `refs/pull/${number}/head`;
  if (source.repository.id === repository.id) await writeRef(git, headRef, head);
  else await fetchCommit(world.git(source.repository), git, source.branch, headRef);
  if (await isAncestor(git, head, base))
    throw refused('head', 'custom', `No commits between ${wanted.base} and ${wanted.head}`);
  const pull = addPullRequest(world, repository, { ...wanted, source, headSha: head, baseSha: base }, by);
  await tellPullRequest(world, pull, 'opened', by);
  return pull;
}

interface Source {
  readonly repository: Repository;
  readonly branch: string;
}

function sourceOf(world: World, repository: Repository, head: string): Source {
  const [, owner, branch] = /^([^:]+):(.+)$/.exec(head) ?? [];
  if (owner === undefined || branch === undefined) return { repository, branch: head };
  const own = repositoryByName(world, owner, repository.name);
  if (own?.id === repository.id) return { repository, branch };
  const account = accountByLogin(world, owner);
  const fork = [...world.store.repositories.values()].find(
    (one) => one.parentId === repository.id && one.ownerId === account?.id,
  );
  if (fork === undefined) throw refused('head', 'invalid');
  return { repository: fork, branch };
}

function requireNoneOpen(world: World, repository: Repository, source: Source, wanted: NewPullRequest): void {
  for (const pull of world.store.pullRequests.values()) {
    const same =
      pull.head.repositoryId === source.repository.id &&
      pull.head.ref === source.branch &&
      pull.base.repositoryId === repository.id &&
      pull.base.ref === wanted.base;
    if (same && pull.issue.state === 'open') {
      const [owner = ''] = fullName(world, source.repository).split('/');
      const message = `A pull request already exists for ${owner}:${source.branch}.`;
      throw invalid('Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
    }
  }
}

function addPullRequest(
  world: World,
  repository: Repository,
  wanted: NewPullRequest & { source: Source; headSha: Sha; baseSha: Sha },
  by: Actor,
): PullRequest {
  const issue = newIssue(world, repository, { title: wanted.title, body: wanted.body, labels: [] }, by);
  const id = world.nextId();
  const pull: PullRequest = {
    id,
    nodeId: nodeId('PullRequest', id),
    issue,
    head: { repositoryId: wanted.source.repository.id, ref: wanted.source.branch, sha: wanted.headSha },
    base: { repositoryId: repository.id, ref: wanted.base, sha: wanted.baseSha },
    draft: wanted.draft,
    mergeability: { kind: 'unknown' },
    mergeCommitSha: null,
    merge: null,
    requestedReviewerIds: new Set(),
    requestedTeamIds: new Set(),
  };
  world.store.pullRequests.set(id, pull);
  return pull;
}

export interface PullRequestEdit {
  readonly title?: string | undefined;
  readonly body?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly base?: string | undefined;
}

/** Edits, retargets, closes or reopens a pull request. Its author may, and whoever may write. */
export async function editPullRequest(
  world: World,
  pull: PullRequest,
  edit: PullRequestEdit,
  by: Actor,
): Promise<void> {
  const repository = repositoryById(world, pull.base.repositoryId);
  requireRole(world, repository, by, by.account.id === pull.issue.authorId ? 'read' : 'write');
  requireUnarchived(repository);
  await editWords(world, pull, edit, by);
  if (edit.base !== undefined && edit.base !== pull.base.ref)
    await retarget(world, repository, pull, edit.base, by);
  if (edit.state === 'closed' && pull.issue.state === 'open') await closeUnmerged(world, pull, by);
  if (edit.state === 'open' && pull.issue.state === 'closed') await reopen(world, pull, by);
}

async function editWords(world: World, pull: PullRequest, edit: PullRequestEdit, by: Actor): Promise<void> {
  const { issue } = pull;
  const changes: Record<string, { from: string }> = {};
  if (edit.title !== undefined && edit.title !== issue.title) changes['title'] = { from: issue.title };
  if (edit.body !== undefined && edit.body !== issue.body) changes['body'] = { from: issue.body ?? '' };
  if (Object.keys(changes).length === 0) return;
  issue.title = edit.title ?? issue.title;
  issue.body = edit.body === undefined ? issue.body : edit.body;
  issue.updatedAt = timestamp(world);
  await tellPullRequest(world, pull, 'edited', by, { changes });
}

async function retarget(
  world: World,
  repository: Repository,
  pull: PullRequest,
  branch: string,
  by: Actor,
): Promise<void> {
  if (pull.issue.state === 'closed')
    throw refused('base', 'custom', 'Cannot change the base of a closed pull request.');
  const sha = await readRef(world.git(repository), `refs/heads/${branch}`);
  if (sha === undefined) throw refused('base', 'invalid', `Proposed base branch '${branch}' was not found`);
  const fresh = await listCommits(world.git(repository), ['--max-count=1', `${sha}..${pull.head.sha}`]);
  if (fresh.length === 0)
    throw refused(
      'base',
      'custom',
      `There are no new commits between base branch '${branch}' and head branch '${pull.head.ref}'`,
    );
  const from = pull.base;
  pull.base = { ...from, ref: branch, sha };
  pull.mergeability = { kind: 'unknown' };
  pull.issue.updatedAt = timestamp(world);
  const changes = { base: { ref: { from: from.ref }, sha: { from: from.sha } } };
  await tellPullRequest(world, pull, 'edited', by, { changes });
}

async function reopen(world: World, pull: PullRequest, by: Actor): Promise<void> {
  const source = world.git(repositoryById(world, pull.head.repositoryId));
  const head = await readRef(source, `refs/heads/${pull.head.ref}`);
  if (pull.merge !== null || head === undefined)
    throw refused('state', 'invalid', 'state cannot be changed. The pull request cannot be reopened.');
  if (head !== pull.head.sha)
    throw refused(
      'state',
      'invalid',
      `state cannot be changed. The ${pull.head.ref} branch was force-pushed or recreated.`,
    );
  Object.assign(pull.issue, { state: 'open', closedAt: null, closedById: null, updatedAt: timestamp(world) });
  await tellPullRequest(world, pull, 'reopened', by);
}

/** Makes a pull request a draft, or ready for review. */
export async function setDraft(world: World, pull: PullRequest, draft: boolean, by: Actor): Promise<void> {
  const repository = repositoryById(world, pull.base.repositoryId);
  requireRole(world, repository, by, by.account.id === pull.issue.authorId ? 'read' : 'write');
  if (pull.draft === draft) return;
  pull.draft = draft;
  pull.issue.updatedAt = timestamp(world);
  await tellPullRequest(world, pull, draft ? 'converted_to_draft' : 'ready_for_review', by);
}

export interface Reviewers {
  readonly logins: readonly string[];
  readonly teams: readonly string[];
}

function isReviewer(world: World, repository: Repository, account: Account): boolean {
  const isOutside = !repository.private && !isKnownTo(world, repository, account.id);
  return hasRole(world, repository, account, 'read') && !isOutside;
}

/** Anybody may read what is public: there only those whom the repository or its organisation knows are asked. */
function isKnownTo(world: World, repository: Repository, userId: number): boolean {
  return !['NONE', 'CONTRIBUTOR'].includes(associationOf(world, repository, userId));
}

/** Asks people and teams for a review, or takes that back. Throws 422 for the author and for strangers. */
export async function changeReviewers(
  world: World,
  pull: PullRequest,
  change: 'add' | 'remove',
  reviewers: Reviewers,
  by: Actor,
): Promise<void> {
  const repository = repositoryById(world, pull.base.repositoryId);
  requireRole(world, repository, by, 'triage');
  const action = change === 'add' ? 'review_requested' : 'review_request_removed';
  for (const login of reviewers.logins) {
    const account = accountByLogin(world, login);
    if (account === undefined || !isReviewer(world, repository, account))
      throw invalid('Reviews may only be requested from collaborators.');
    if (account.id === pull.issue.authorId)
      throw invalid('Review cannot be requested from pull request author.');
    if (change === 'add') pull.requestedReviewerIds.add(account.id);
    else pull.requestedReviewerIds.delete(account.id);
    await tellPullRequest(world, pull, action, by, { requested_reviewer: presentAccount(world, account) });
  }
  for (const slug of reviewers.teams) {
    const team = [...world.store.teams.values()].find(
      (one) => one.slug === slug && one.organisationId === repository.ownerId,
    );
    if (team === undefined) throw invalid('Could not resolve to a node with the slug of a team.');
    if (change === 'add') pull.requestedTeamIds.add(team.id);
    else pull.requestedTeamIds.delete(team.id);
    await tellPullRequest(world, pull, action, by, { requested_team: presentHookTeam(world, team) });
  }
}
