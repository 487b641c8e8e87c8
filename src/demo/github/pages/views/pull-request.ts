import type { PullRequest } from '../../model.ts';
import { changesOf, commitsOf } from '../../operations/pull-request-content.ts';
import { encodePath } from '../../presenters/links.ts';
import { accountById, pullRequestByNumber, repositoryById } from '../../world.ts';
import { repositoryView, visibleRepository, type Page, type PageContext } from '../context.ts';
import { person, plural, shortSha } from '../text.ts';
import { mayManage, mergeBox, reviewers } from './merge-box.ts';
import { headName, stateOf } from './pull-summary.ts';
import { commitView, pullTimeline, wordsView } from './timeline.ts';

/** What stands above every page of a pull request. */
export async function pullHeader(
  { world }: PageContext,
  pull: PullRequest,
  tab: 'conversation' | 'commits' | 'files',
) {
  const repository = repositoryById(world, pull.base.repositoryId);
  const view = repositoryView(world, repository);
  const headRepository = repositoryView(world, repositoryById(world, pull.head.repositoryId));
  const commits = await commitsOf(world, pull);
  const files = await changesOf(world, pull);
  const state = stateOf(pull);
  return {
    path: `${view.path}/pull/${pull.issue.number}`,
    title: pull.issue.title,
    number: pull.issue.number,
    state,
    author: person(accountById(world, pull.merge?.byId ?? pull.issue.authorId)),
    wants: state === 'merged' ? 'merged' : 'wants to merge',
    commits: plural(commits.length, 'commit'),
    base: pull.base.ref,
    baseHref: `${view.path}/tree/${encodePath(pull.base.ref)}`,
    head: headName(world, pull),
    headHref: `${headRepository.path}/tree/${encodePath(pull.head.ref)}`,
    commitCount: commits.length,
    fileCount: files.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    isConversation: tab === 'conversation',
    isCommits: tab === 'commits',
    isFiles: tab === 'files',
  };
}

/** A pull request's conversation, with its merge box. */
export async function pullRequestPage(
  context: PageContext,
  owner: string,
  name: string,
  number: number,
): Promise<Page> {
  const { world, viewer } = context;
  const repository = visibleRepository(context, owner, name);
  const pull = pullRequestByNumber(world, repository, number);
  const isOpen = pull.issue.state === 'open';
  const manages = mayManage(context, pull, viewer);
  const view = {
    repository: repositoryView(world, repository),
    pull: await pullHeader(context, pull, 'conversation'),
    opening: wordsView(world, repository, pull.issue),
    timeline: pullTimeline(world, pull, await commitsOf(world, pull)),
    box: isOpen ? await mergeBox(context, pull) : null,
    merged: pull.merge === null ? null : { sha: shortSha(pull.mergeCommitSha ?? '') },
    reviewers: reviewers(context, pull),
    labels: pull.issue.labels,
    headSha: pull.head.sha,
    canComment: viewer !== null,
    canReview: viewer !== null && isOpen,
    isOwn: viewer?.account.id === pull.issue.authorId,
    canClose: manages && isOpen,
    canReopen: manages && !isOpen && pull.merge === null,
    canRevert: manages && pull.merge !== null,
  };
  return { title: `${pull.issue.title} · Pull request #${number}`, template: 'pull-request', view };
}

/** The commits of a pull request. */
export async function pullCommitsPage(
  context: PageContext,
  owner: string,
  name: string,
  number: number,
): Promise<Page> {
  const { world } = context;
  const repository = visibleRepository(context, owner, name);
  const pull = pullRequestByNumber(world, repository, number);
  const commits = await commitsOf(world, pull);
  const view = {
    repository: repositoryView(world, repository),
    pull: await pullHeader(context, pull, 'commits'),
    commits: commits.map((commit) => commitView(world, repository, commit)),
  };
  return { title: `Commits · ${pull.issue.title}`, template: 'pull-commits', view };
}
