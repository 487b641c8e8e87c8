import type { Sha, Timestamp } from '../model.ts';
import { isoSeconds } from '../time.ts';
import type { GitRepository } from './repository.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: Timestamp;
}

export interface GitCommit {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const FORMAT = '%H%n%T%n%P%n%an%n%ae%n%at%n%cn%n%ce%n%ct%n%B';

/** Commits as `git log` gives them for the revisions and options asked for, newest first unless they say otherwise. */
export async function listCommits(git: GitRepository, revisions: readonly string[]): Promise<GitCommit[]> {
  const output = await git.text(['log', '-z', `--format=${FORMAT}`, ...revisions]);
  return output
    .split('\0')
    .filter((record) => record !== '')
    .map(parseCommit);
}

/** One commit. Throws where there is none. */
export async function readCommit(git: GitRepository, sha: Sha): Promise<GitCommit> {
  const [commit] = await listCommits(git, ['--no-walk=unsorted', sha]);
  if (commit === undefined) throw new Error(`There is no commit ${sha}`);
  return commit;
}

function parseCommit(record: string): GitCommit {
  const [sha = '', tree = '', parents = '', ...rest] = record.split('\n');
  const [authorName = '', authorEmail = '', authorAt = '', name = '', email = '', at = '', ...message] = rest;
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: authorName, email: authorEmail, date: fromSeconds(authorAt) },
    committer: { name, email, date: fromSeconds(at) },
    message: message.join('\n').replace(/\n+$/, ''),
  };
}

function fromSeconds(value: string): Timestamp {
  return isoSeconds(new Date(Number(value) * 1000));
}

/** Writes a commit of a tree. */
export async function writeCommit(git: GitRepository, commit: Omit<GitCommit, 'sha'>): Promise<Sha> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  const output = await git.text(['commit-tree', commit.tree, ...parents], {
    input: commit.message,
    environment: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: commit.author.date,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: commit.committer.date,
    },
  });
  return output.trim();
}

/** The best common ancestor, or undefined for unrelated histories. */
export async function mergeBase(git: GitRepository, one: Sha, other: Sha): Promise<Sha | undefined> {
  const result = await git.run(['merge-base', one, other], { accept: [1] });
  return result.code === 0 ? result.stdout.toString('utf8').trim() : undefined;
}

export async function isAncestor(git: GitRepository, ancestor: Sha, of: Sha): Promise<boolean> {
  return (await git.run(['merge-base', '--is-ancestor', ancestor, of], { accept: [1, 128] })).code === 0;
}
