import { isAncestor, listCommits, readCommit, type GitCommit } from '../git/commits.ts';
import { listChanges } from '../git/difference.ts';
import { fetchCommit } from '../git/repository.ts';
import { readRef, removeRef, writeRef, ZERO_SHA } from '../git/refs.ts';
import type { Actor, PullRequest, Repository, Sha } from '../model.ts';
import { presentPushedCommit } from '../presenters/commit.ts';
import { repositoryPage } from '../presenters/links.ts';
import { pullRequestsOf, repositoryById, timestamp, type World } from '../world.ts';
import type { ActivityType } from '../activity-model.ts';
import { recordActivity } from './activities.ts';
import { requestSuites } from './check-suites.ts';
import { closeAsMerged, closeUnmerged } from './closing.ts';
import { tellPullRequest } from './pull-request-events.ts';
import { dismissStaleApprovals } from './reviews.ts';
import { emailOf } from './signatures.ts';

/** GitHub puts at most this many commits into a push event. */
const MOST_PUSHED = 2048;

export interface RefMove {
  /** The full name, `refs/heads/main`. */
  readonly ref: string;
  /** Zeros where the ref is new. */
  readonly before: Sha;
  /** Zeros where the ref is removed. */
  readonly after: Sha;
  readonly by: Actor;
  /** How it came about, where it is no plain push. */
  readonly as?: 'pr_merge' | 'merge_queue_merge';
}

/**
 * Moves a ref and does all that follows from it on GitHub: webhooks, heads of pull requests, pull requests that are
 * thereby merged or closed, check suites. What may be pushed is decided before.
 */
export async function push(world: World, repository: Repository, move: RefMove): Promise<void> {
  const { ref, before, after } = move;
  if (before === after) return;
  const git = world.git(repository);
  const forced = before !== ZERO_SHA && after !== ZERO_SHA && !(await isAncestor(git, before, after));
  if (after === ZERO_SHA) await removeRef(git, ref);
  else await writeRef(git, ref, after, before);
  repository.pushedAt = timestamp(world);
  tellRef(world, repository, move);
  await tellPush(world, repository, move, forced);
  if (!ref.startsWith('refs/heads/')) return;
  const branch = ref.slice('refs/heads/'.length);
  recordActivity(world, repository, move, activityOf(move, forced));
  await moveHeads(world, repository, branch, move);
  await settleBases(world, repository, branch, move);
  if (after !== ZERO_SHA) await requestSuites(world, repository, { branch, before, after }, move.by);
}

function activityOf({ before, after, as }: RefMove, forced: boolean): ActivityType {
  if (before === ZERO_SHA) return 'branch_creation';
  if (after === ZERO_SHA) return 'branch_deletion';
  return as ?? (forced ? 'force_push' : 'push');
}

function tellRef(world: World, repository: Repository, { ref, before, after, by }: RefMove): void {
  if (before !== ZERO_SHA && after !== ZERO_SHA) return;
  const refType = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  const body = { ref: ref.replace(/^refs\/(heads|tags)\//, ''), ref_type: refType, pusher_type: 'user' };
  const created = { master_branch: repository.defaultBranch, description: repository.description };
  const event = before === ZERO_SHA ? 'create' : 'delete';
  world.emit({
    event,
    repository,
    sender: by.account,
    body: event === 'create' ? { ...body, ...created } : body,
  });
}

async function tellPush(world: World, repository: Repository, move: RefMove, forced: boolean): Promise<void> {
  const { ref, before, after, by } = move;
  const git = world.git(repository);
  const commits = await pushedCommits(world, repository, move);
  const shown = await Promise.all(commits.map((commit) => presentPushed(world, repository, commit)));
  const head =
    after === ZERO_SHA ? null : await presentPushed(world, repository, await readCommit(git, after));
  const range = `${before.slice(0, 12)}...${after.slice(0, 12)}`;
  world.emit({
    event: 'push',
    repository,
    sender: by.account,
    body: {
      ref,
      before,
      after,
      created: before === ZERO_SHA,
      deleted: after === ZERO_SHA,
      forced,
      base_ref: null,
      compare: `${repositoryPage(world, repository)}/compare/${range}`,
      commits: shown,
      head_commit: head,
      pusher: { name: by.account.login, email: emailOf(by.account) },
    },
  });
}

async function presentPushed(world: World, repository: Repository, commit: GitCommit) {
  const files = await listChanges(world.git(repository), commit.parents[0] ?? null, commit.sha);
  return presentPushedCommit(world, repository, commit, files);
}

async function pushedCommits(world: World, repository: Repository, move: RefMove): Promise<GitCommit[]> {
  if (move.after === ZERO_SHA) return [];
  const git = world.git(repository);
  const base = `refs/heads/${repository.defaultBranch}`;
  const onDefault = move.ref === base || (await readRef(git, base)) === undefined;
  const since = move.before !== ZERO_SHA ? [`^${move.before}`] : onDefault ? [] : [`^${base}`];
  return listCommits(git, ['--reverse', '--topo-order', `--max-count=${MOST_PUSHED}`, move.after, ...since]);
}

/** Open pull requests from this branch follow it; they close where it is gone or holds nothing new. */
async function moveHeads(world: World, repository: Repository, branch: string, move: RefMove): Promise<void> {
  for (const pull of world.store.pullRequests.values()) {
    const fromHere = pull.head.repositoryId === repository.id && pull.head.ref === branch;
    if (!fromHere || pull.issue.state === 'closed') continue;
    if (move.after === ZERO_SHA) await closeUnmerged(world, pull, move.by);
    else await moveHead(world, repository, pull, move);
  }
}

async function moveHead(world: World, from: Repository, pull: PullRequest, move: RefMove): Promise<void> {
  const base = repositoryById(world, pull.base.repositoryId);
  const git = world.git(base);
  const ref = `refs/pull/${pull.issue.number}/head`;
  if (from.id === base.id) await writeRef(git, ref, move.after);
  else await fetchCommit(world.git(from), git, pull.head.ref, ref);
  const tip = await readRef(git, `refs/heads/${pull.base.ref}`);
  pull.head = { ...pull.head, sha: move.after };
  pull.base = { ...pull.base, sha: tip ?? pull.base.sha };
  pull.issue.updatedAt = timestamp(world);
  await tellPullRequest(world, pull, 'synchronize', move.by, { before: move.before, after: move.after });
  dismissStaleApprovals(world, pull, move.by);
  if (tip !== undefined && (await isAncestor(git, move.after, tip)))
    await closeUnmerged(world, pull, move.by);
}

/** Open pull requests whose commits all reached this branch are merged, whatever protection says. */
async function settleBases(
  world: World,
  repository: Repository,
  branch: string,
  move: RefMove,
): Promise<void> {
  for (const pull of pullRequestsOf(world, repository)) {
    if (pull.base.ref !== branch || pull.issue.state === 'closed') continue;
    if (move.after === ZERO_SHA) await closeUnmerged(world, pull, move.by);
    else if (await isAncestor(world.git(repository), pull.head.sha, move.after))
      await closeAsMerged(world, pull, {
        ...move,
        method: null,
        commit: await bringingCommit(world, pull, move),
      });
  }
}

/** The first commit on the branch's own line that holds the head of the pull request. */
async function bringingCommit(world: World, pull: PullRequest, move: RefMove): Promise<Sha> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  const line = await listCommits(git, ['--reverse', '--first-parent', `${move.before}..${move.after}`]);
  for (const commit of line) if (await isAncestor(git, pull.head.sha, commit.sha)) return commit.sha;
  return pull.head.sha;
}
