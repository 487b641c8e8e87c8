import { ApiError, invalid, notFound } from '../errors.ts';
import { listCommits, mergeBase, readCommit, type GitCommit } from '../git/commits.ts';
import { listChanges } from '../git/difference.ts';
import { objectType, resolveCommit } from '../git/objects.ts';
import { fetchCommit } from '../git/repository.ts';
import { listed, page, param, repositoryRoute, type Call, type Route } from '../http/route.ts';
import type { Repository, Sha } from '../model.ts';
import { pullRequestsWithCommit } from '../operations/pull-request-content.ts';
import { accountOf, presentCommit, presentFile, presentFullCommit } from '../presenters/commit.ts';
import { repositoryApi, repositoryPage } from '../presenters/links.ts';
import { presentSimplePullRequest } from '../presenters/pull-request.ts';
import { accountByEmail, accountByLogin } from '../world.ts';

/** GitHub compares at most this many files. */
const MOST_FILES = 300;

/** The commit that a name in the path means. Throws 422 as GitHub does where there is none. */
export async function commitNamed(call: Call, repository: Repository, name: string): Promise<Sha> {
  const sha = await resolveCommit(call.world.git(repository), name);
  if (sha === undefined) throw invalid(`No commit found for SHA: ${name}`);
  return sha;
}

async function listHistory(call: Call, repository: Repository) {
  const { query } = call;
  const start = query['sha'] ?? repository.defaultBranch;
  const sha = await resolveCommit(call.world.git(repository), start);
  if (sha === undefined) throw new ApiError(404, 'Not Found');
  const options = [
    ...(query['since'] === undefined ? [] : [`--since=${query['since']}`]),
    ...(query['until'] === undefined ? [] : [`--until=${query['until']}`]),
    sha,
    ...(query['path'] === undefined ? [] : ['--', `:(literal)${query['path']}`]),
  ];
  const all = await listCommits(call.world.git(repository), options);
  const author = query['author']?.toLowerCase();
  const commits = author === undefined ? all : all.filter((commit) => isBy(call, commit, author));
  return listed(call, commits, (commit) => presentCommit(call.world, repository, commit));
}

/** By a login or an address in lower case; as GitHub knows accounts by their addresses, one address finds all of theirs. */
function isBy({ world }: Call, commit: GitCommit, author: string): boolean {
  const email = commit.author.email.toLowerCase();
  const wanted = accountByEmail(world, author) ?? accountByLogin(world, author);
  return email === author || (wanted !== undefined && accountOf(world, commit.author)?.id === wanted.id);
}

async function pullsWithCommit(call: Call, repository: Repository) {
  const sha = param(call, 'ref');
  if ((await objectType(call.world.git(repository), sha)) !== 'commit')
    throw invalid(`No commit found for SHA: ${sha}`);
  const pulls = await pullRequestsWithCommit(call.world, repository, sha);
  return listed(call, pulls, (pull) => presentSimplePullRequest(call.world, pull));
}

/** One side of a comparison, `branch`, `sha` or `owner:branch` of a fork. */
async function side(call: Call, repository: Repository, name: string): Promise<Sha> {
  const git = call.world.git(repository);
  const [, owner, branch] = /^([^:]+):(.+)$/.exec(name) ?? [];
  if (owner === undefined || branch === undefined) {
    const sha = await resolveCommit(git, name);
    if (sha === undefined) throw notFound();
    return sha;
  }
  const account = accountByLogin(call.world, owner);
  if (account?.id === repository.ownerId) return side(call, repository, branch);
  const fork = [...call.world.store.repositories.values()].find(
    (one) => one.ownerId === account?.id && one.parentId === repository.id,
  );
  if (fork === undefined) throw notFound();
  await fetchCommit(call.world.git(fork), git, branch, `refs/compared/${fork.id}`);
  const sha = await resolveCommit(git, `refs/compared/${fork.id}`);
  if (sha === undefined) throw notFound();
  return sha;
}

async function compare(call: Call, repository: Repository) {
  const { world } = call;
  const git = world.git(repository);
  const [baseName = '', headName = ''] = param(call, '*').split('...');
  const base = await side(call, repository, baseName);
  const head = await side(call, repository, headName);
  const common = await mergeBase(git, base, head);
  if (common === undefined)
    throw new ApiError(404, `No common ancestor between ${baseName} and ${headName}.`);
  const ahead = await listCommits(git, ['--topo-order', '--reverse', `${base}..${head}`]);
  const behind = common === base ? [] : await listCommits(git, [`${head}..${base}`]);
  const files = await listChanges(git, common, head);
  const shown = page(call, ahead);
  const status =
    ahead.length > 0
      ? behind.length > 0
        ? 'diverged'
        : 'ahead'
      : behind.length > 0
        ? 'behind'
        : 'identical';
  const web = `${repositoryPage(world, repository)}/compare/${baseName}...${headName}`;
  return {
    total: ahead.length,
    body: {
      url: `${repositoryApi(world, repository)}/compare/${baseName}...${headName}`,
      html_url: web,
      permalink_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: presentCommit(world, repository, await readCommit(git, base)),
      merge_base_commit: presentCommit(world, repository, await readCommit(git, common)),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: shown.items.map((commit) => presentCommit(world, repository, commit)),
      files: files.slice(0, MOST_FILES).map((file) => presentFile(world, repository, head, file)),
    },
  };
}

export const commitRoutes: readonly Route[] = [
  repositoryRoute('GET', '/commits', ['contents:read'], listHistory),
  repositoryRoute('GET', '/commits/:ref', ['contents:read'], async (call, repository) => {
    const git = call.world.git(repository);
    const commit = await readCommit(git, await commitNamed(call, repository, param(call, 'ref')));
    if (call.accept.includes('.sha'))
      return { body: Buffer.from(commit.sha), headers: { 'content-type': 'application/vnd.github.sha' } };
    const files = await listChanges(git, commit.parents[0] ?? null, commit.sha);
    const shown = page(call, files, MOST_FILES);
    return { total: shown.total, body: presentFullCommit(call.world, repository, commit, shown.items) };
  }),
  repositoryRoute('GET', '/commits/:ref/pulls', ['pull_requests:read', 'contents:read'], pullsWithCommit),
  repositoryRoute('GET', '/compare/*', ['contents:read'], compare),
];
