import type { GitCommit, Signature } from '../git/commits.ts';
import type { FileChange } from '../git/difference.ts';
import type { Account, Repository, Sha } from '../model.ts';
import { accountByEmail, nodeId, type World } from '../world.ts';
import { presentAccount } from './account.ts';
import { UNSIGNED } from './git-objects.ts';
import { encodePath, repositoryApi, repositoryPage } from './links.ts';

/** The account behind a commit's signature; undefined where no account has its address. */
export function accountOf(world: World, signature: Signature): Account | undefined {
  const noreply = /^(\d+)\+.*@users\.noreply\.github\.com$/.exec(signature.email);
  if (noreply !== null) return world.store.accounts.get(Number(noreply[1]));
  return accountByEmail(world, signature.email);
}

/** "Commit", as lists of commits carry it. Author and committer are null where no account has the e-mail address. */
export function presentCommit(world: World, repository: Repository, commit: GitCommit) {
  const api = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  const author = accountOf(world, commit.author);
  const committer = accountOf(world, commit.committer);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', `${repository.id}:${commit.sha}`),
    url: `${api}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      verification: UNSIGNED,
    },
    author: author === undefined ? null : presentAccount(world, author),
    committer: committer === undefined ? null : presentAccount(world, committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
  };
}

/** "Diff Entry": one file of a commit, a comparison or a pull request. */
export function presentFile(world: World, repository: Repository, at: Sha, file: FileChange) {
  const path = encodePath(file.path);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPage(world, repository)}/blob/${at}/${path}`,
    raw_url: `${repositoryPage(world, repository)}/raw/${at}/${path}`,
    contents_url: `${repositoryApi(world, repository)}/contents/${path}?ref=${at}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** A commit with what it changed. */
export function presentFullCommit(
  world: World,
  repository: Repository,
  commit: GitCommit,
  files: readonly FileChange[],
) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...presentCommit(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => presentFile(world, repository, commit.sha, file)),
  };
}

/** A commit as the push webhook carries it. */
export function presentPushedCommit(
  world: World,
  repository: Repository,
  commit: GitCommit,
  files: readonly FileChange[],
) {
  const paths = (...kinds: FileChange['status'][]): string[] =>
    files.filter((file) => kinds.includes(file.status)).map((file) => file.path);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: presentSignature(world, commit.author),
    committer: presentSignature(world, commit.committer),
    added: paths('added', 'copied'),
    removed: [
      ...paths('removed'),
      ...files.flatMap((file) => (file.status === 'renamed' ? (file.previousPath ?? []) : [])),
    ],
    modified: paths('modified', 'changed'),
  };
}

function presentSignature(world: World, signature: Signature) {
  const login = accountOf(world, signature)?.login;
  return { ...signature, ...(login === undefined ? {} : { username: login }) };
}

/** "Simple Commit", as check suites carry it. */
export function presentSimpleCommit(commit: GitCommit) {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}
