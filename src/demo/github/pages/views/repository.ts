import { listCommits, readCommit } from '../../git/commits.ts';
import { listRefs } from '../../git/refs.ts';
import type { Issue, Repository } from '../../model.ts';
import { queueOn, requiredChecksOn, rulesOn } from '../../operations/branch-rules.ts';
import { encodePath } from '../../presenters/links.ts';
import { accountById, pullRequestOfIssue, pullRequestsOf, type World } from '../../world.ts';
import { repositoryView, visibleRepository, type Page, type PageContext } from '../context.ts';
import { person, plural, shortSha, when } from '../text.ts';
import { checksOn, summariseChecks } from './checks.ts';
import { pullRow } from './pull-summary.ts';

/** Branches, pull requests and issues of a repository. */
export async function repositoryPage(context: PageContext, owner: string, name: string): Promise<Page> {
  const { world } = context;
  const repository = visibleRepository(context, owner, name);
  const heads = await listRefs(world.git(repository), 'refs/heads/');
  const names = heads.map((head) => head.ref.slice('refs/heads/'.length));
  const branches = await Promise.all(names.map((branch) => branchRow(world, repository, branch)));
  branches.sort((one, other) => Number(other.isDefault) - Number(one.isDefault));
  const pulls = pullRequestsOf(world, repository).reverse();
  const issues = [...world.store.issues.values()].filter(
    (issue) => issue.repositoryId === repository.id && pullRequestOfIssue(world, issue) === undefined,
  );
  const view = {
    repository: repositoryView(world, repository),
    branches,
    open: pulls.filter((pull) => pull.issue.state === 'open').map((pull) => pullRow(world, pull)),
    done: pulls.filter((pull) => pull.issue.state === 'closed').map((pull) => pullRow(world, pull)),
    issues: issues.reverse().map((issue) => issueRow(world, repository, issue)),
  };
  return { title: `${owner}/${name}`, template: 'repository', view };
}

async function branchRow(world: World, repository: Repository, branch: string) {
  const git = world.git(repository);
  const commit = await readCommit(git, `refs/heads/${branch}`);
  const { path } = repositoryView(world, repository);
  return {
    name: branch,
    href: `${path}/tree/${encodePath(branch)}`,
    history: `${path}/commits/${encodePath(branch)}`,
    isDefault: branch === repository.defaultBranch,
    protection: protectionInWords(world, repository, branch),
    subject: commit.message.split('\n')[0] ?? '',
    commit: `${path}/commit/${commit.sha}`,
    sha: shortSha(commit.sha),
    at: when(commit.committer.date),
    checks: summariseChecks(checksOn(world, repository, commit.sha, [])),
  };
}

function protectionInWords(world: World, repository: Repository, branch: string): string {
  const rules = rulesOn(world, repository, branch);
  if (rules.length === 0) return '';
  const checks = requiredChecksOn(world, repository, branch).length;
  const reviews = Math.max(...rules.map(({ requiredReviews }) => requiredReviews?.count ?? 0));
  const parts = [
    ...(checks > 0 ? [plural(checks, 'required check')] : []),
    ...(reviews > 0 ? [plural(reviews, 'approval')] : []),
    ...(repository.protections.get(branch)?.enforceAdmins === true ? ['administrators included'] : []),
    ...(queueOn(world, repository, branch) === null ? [] : ['merge queue']),
  ];
  return parts.length === 0 ? 'protected' : `protected: ${parts.join(', ')}`;
}

function issueRow(world: World, repository: Repository, issue: Issue) {
  return {
    number: issue.number,
    title: issue.title,
    href: `${repositoryView(world, repository).path}/issues/${issue.number}`,
    state: issue.state,
    author: person(accountById(world, issue.authorId)),
    at: when(issue.createdAt),
  };
}

/** Commits that the history of a branch shows at most. */
const MOST_COMMITS = 100;

/** The commits of a branch, newest first. */
export async function historyPage(
  context: PageContext,
  owner: string,
  name: string,
  sha: string,
  ref: string,
): Promise<Page> {
  const repository = visibleRepository(context, owner, name);
  const view = repositoryView(context.world, repository);
  const commits = await listCommits(context.world.git(repository), [`--max-count=${MOST_COMMITS}`, sha]);
  const rows = commits.map((commit) => ({
    subject: commit.message.split('\n')[0] ?? '',
    href: `${view.path}/commit/${commit.sha}`,
    sha: shortSha(commit.sha),
    author: commit.author.name,
    at: when(commit.committer.date),
    checks: summariseChecks(checksOn(context.world, repository, commit.sha, [])),
  }));
  return {
    title: `Commits · ${ref}`,
    template: 'commits',
    view: { repository: view, ref: ref, commits: rows },
  };
}
