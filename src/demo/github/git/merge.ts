import type { Sha } from '../model.ts';
import { listCommits, writeCommit, type GitCommit, type Signature } from './commits.ts';
import { treeOf } from './objects.ts';
import type { GitRepository } from './repository.ts';

const NOBODY: Signature = { name: 'nobody', email: 'nobody@invalid', date: '2000-01-01T00:00:00Z' };

/** The merged tree of two commits, or undefined where they conflict. Needs git 2.38 (`git merge-tree --write-tree`). */
export async function mergeTree(git: GitRepository, ours: Sha, theirs: Sha): Promise<Sha | undefined> {
  const result = await git.run(['merge-tree', '--write-tree', '--allow-unrelated-histories', ours, theirs], {
    accept: [1],
  });
  return result.code === 0 ? result.stdout.toString('utf8').split('\n')[0]?.trim() : undefined;
}

/**
 * Three-way merge of trees: what changed from `base` to `theirs` is done to `ours`; undefined on conflict.
 * git 2.38's merge-tree takes its base from history alone, so a history of two commits is made for it.
 */
async function threeWay(git: GitRepository, base: Sha, ours: Sha, theirs: Sha): Promise<Sha | undefined> {
  const commit = (tree: Sha, parents: readonly Sha[]): Promise<Sha> =>
    writeCommit(git, {
      tree,
      parents,
      author: NOBODY,
      committer: NOBODY,
      message: 'a side of a three-way merge',
    });
  const root = await commit(base, []);
  return mergeTree(git, await commit(ours, [root]), await commit(theirs, [root]));
}

/** Takes back what happened between two commits on top of `onto`: the resulting tree, or undefined on conflict. */
export async function revertTree(
  git: GitRepository,
  onto: Sha,
  before: Sha,
  after: Sha,
): Promise<Sha | undefined> {
  return threeWay(git, await treeOf(git, after), await treeOf(git, onto), await treeOf(git, before));
}

/**
 * Replays the commits of `head` that `base` lacks onto `base`, oldest first, merge commits left out.
 * Answers the new tip, or undefined on conflict.
 */
export async function rebase(
  git: GitRepository,
  base: Sha,
  head: Sha,
  committer: Signature,
): Promise<Sha | undefined> {
  const commits = await listCommits(git, ['--reverse', '--topo-order', '--no-merges', `${base}..${head}`]);
  let tip = base;
  for (const commit of commits) {
    const next = await replay(git, commit, tip, committer);
    if (next === undefined) return undefined;
    tip = next;
  }
  return tip;
}

async function replay(
  git: GitRepository,
  commit: GitCommit,
  tip: Sha,
  committer: Signature,
): Promise<Sha | undefined> {
  const parent = commit.parents[0];
  const before = parent === undefined ? await emptyTree(git) : await treeOf(git, parent);
  const tree = await threeWay(git, before, await treeOf(git, tip), commit.tree);
  if (tree === undefined) return undefined;
  return writeCommit(git, {
    tree,
    parents: [tip],
    author: commit.author,
    committer,
    message: commit.message,
  });
}

async function emptyTree(git: GitRepository): Promise<Sha> {
  return (await git.text(['mktree'])).trim();
}

/** Commits the merge of `theirs` into `ours`, or answers undefined on conflict. */
export async function commitMerge(
  git: GitRepository,
  merge: { ours: Sha; theirs: Sha; author: Signature; committer: Signature; message: string },
): Promise<Sha | undefined> {
  const tree = await mergeTree(git, merge.ours, merge.theirs);
  if (tree === undefined) return undefined;
  const { ours, theirs, author, committer, message } = merge;
  return writeCommit(git, { tree, parents: [ours, theirs], author, committer, message });
}
