import { listChanges } from '../../git/difference.ts';
import { readCommit } from '../../git/commits.ts';
import { changesOf, pullRequestsWithCommit } from '../../operations/pull-request-content.ts';
import { notFound } from '../../errors.ts';
import { resolveCommit } from '../../git/objects.ts';
import { pullRequestByNumber } from '../../world.ts';
import { repositoryView, visibleRepository, type Page, type PageContext } from '../context.ts';
import { shortSha } from '../text.ts';
import { checksOn } from './checks.ts';
import { diffView } from './diff.ts';
import { pullHeader } from './pull-request.ts';
import { pullRow } from './pull-summary.ts';
import { commitView } from './timeline.ts';

/** The files that a pull request changes. */
export async function filesPage(
  context: PageContext,
  owner: string,
  name: string,
  number: number,
): Promise<Page> {
  const { world } = context;
  const repository = visibleRepository(context, owner, name);
  const pull = pullRequestByNumber(world, repository, number);
  const view = {
    repository: repositoryView(world, repository),
    pull: await pullHeader(context, pull, 'files'),
    diff: diffView(world, repository, pull.head.sha, await changesOf(world, pull)),
  };
  return { title: `Files changed · ${pull.issue.title}`, template: 'files', view };
}

/** A commit: its message, what it changed, its checks. */
export async function commitPage(
  context: PageContext,
  owner: string,
  name: string,
  ref: string,
): Promise<Page> {
  const { world } = context;
  const repository = visibleRepository(context, owner, name);
  const git = world.git(repository);
  const sha = await resolveCommit(git, ref);
  if (sha === undefined) throw notFound();
  const commit = await readCommit(git, sha);
  const parent = commit.parents[0] ?? null;
  const { path } = repositoryView(world, repository);
  const pulls = await pullRequestsWithCommit(world, repository, sha);
  const view = {
    repository: repositoryView(world, repository),
    commit: commitView(world, repository, commit),
    sha,
    body: commit.message.split('\n').slice(1).join('\n').trim(),
    tree: `${path}/tree/${sha}`,
    parents: commit.parents.map((one) => ({ sha: shortSha(one), href: `${path}/commit/${one}` })),
    pulls: pulls.map((pull) => pullRow(world, pull)),
    checks: checksOn(world, repository, sha, []),
    diff: diffView(world, repository, sha, await listChanges(git, parent, sha)),
  };
  return { title: `Commit ${shortSha(sha)}`, template: 'commit', view };
}
