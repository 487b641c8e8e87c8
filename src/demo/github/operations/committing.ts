import { join } from 'node:path';
import { ApiError, invalid } from '../errors.ts';
import { writeCommit, type Signature } from '../git/commits.ts';
import { entryAt, treeOf, writeBlob, writeTree, type TreeChange } from '../git/objects.ts';
import { readRef, ZERO_SHA } from '../git/refs.ts';
import type { Account, Actor, Repository, Sha } from '../model.ts';
import { timestamp, type World } from '../world.ts';
import { push } from './push.ts';
import { requireNotQueued } from './queue-entries.ts';
import { requirePushable } from './references.ts';
import { requireRole, requireUnarchived } from './rights.ts';
import { signatureOf, WEB_FLOW } from './signatures.ts';

export interface NewCommit {
  readonly branch: string;
  /** Content by path; null removes the file. */
  readonly files: Readonly<Record<string, string | Buffer | null>>;
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
  /** Appended to the message as `Co-authored-by` lines. */
  readonly coAuthors?: readonly Pick<Signature, 'name' | 'email'>[];
  /** Where a new branch starts; else from the default branch. */
  readonly from?: string;
  /** Replace what the branch holds with this commit on `from`, as a force push does. */
  readonly force?: boolean;
}

/** Commits files onto a branch, making it where there is none, and pushes: protection is not asked. Throws 422 for a queued one. */
export async function commitFiles(
  world: World,
  repository: Repository,
  wanted: NewCommit,
  by: Actor,
): Promise<Sha> {
  const git = world.git(repository);
  const ref = `refs/heads/${wanted.branch}`;
  requireNotQueued(world, repository, wanted.branch);
  const tip = await readRef(git, ref);
  const parent = tip === undefined || wanted.force === true ? await startOf(world, repository, wanted) : tip;
  const commit = await writeFiles(world, repository, parent, wanted);
  await push(world, repository, { ref, before: tip ?? ZERO_SHA, after: commit, by });
  return commit;
}

async function startOf(world: World, repository: Repository, wanted: NewCommit): Promise<Sha | undefined> {
  const git = world.git(repository);
  const from = wanted.from ?? repository.defaultBranch;
  const found = /^[0-9a-f]{40}$/.test(from) ? from : await readRef(git, `refs/heads/${from}`);
  if (found === undefined && wanted.from !== undefined) throw invalid(`There is no branch ${wanted.from}`);
  return found;
}

async function writeFiles(
  world: World,
  repository: Repository,
  parent: Sha | undefined,
  wanted: NewCommit,
): Promise<Sha> {
  const git = world.git(repository);
  const changes: TreeChange[] = [];
  for (const [path, content] of Object.entries(wanted.files))
    changes.push({ path, mode: '100644', sha: content === null ? null : await writeBlob(git, content) });
  const base = parent === undefined ? null : await treeOf(git, parent);
  const tree = await writeTree(git, base, changes, indexFile(world));
  const trailers = (wanted.coAuthors ?? []).map(({ name, email }) => `Co-authored-by: ${name} <${email}>`);
  const message = trailers.length === 0 ? wanted.message : `${wanted.message}\n\n${trailers.join('\n')}`;
  const { author, committer } = wanted;
  return writeCommit(git, {
    tree,
    parents: parent === undefined ? [] : [parent],
    author,
    committer,
    message,
  });
}

/** A fresh index file's place: two writers never share one. */
export function indexFile(world: World): string {
  return join(world.directory, `index-${world.nextId()}`);
}

export interface FileWrite {
  readonly path: string;
  readonly message: string;
  readonly content: Buffer;
  readonly branch: string;
  /** The blob that is replaced; missing for a new file. */
  readonly sha?: Sha | undefined;
  readonly author?: Pick<Signature, 'name' | 'email'> | undefined;
}

/** Writes one file through the contents API. Throws 409 where `sha` is not what is there, 422 where it is missing. */
export async function writeFile(
  world: World,
  repository: Repository,
  write: FileWrite,
  by: Actor,
): Promise<Sha> {
  requireRole(world, repository, by, 'write');
  requireUnarchived(repository);
  const git = world.git(repository);
  const tip = await readRef(git, `refs/heads/${write.branch}`);
  if (tip === undefined) throw new ApiError(404, `Branch ${write.branch} not found`);
  const present = await entryAt(git, await treeOf(git, tip), write.path);
  if (present !== undefined && write.sha === undefined)
    throw invalid('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (write.sha !== undefined && present?.sha !== write.sha)
    throw new ApiError(409, `${write.path} does not match ${write.sha}`);
  requirePushable(world, repository, `refs/heads/${write.branch}`, tip, true, by);
  const at = timestamp(world);
  const author = write.author === undefined ? signatureOf(by.account, at) : { ...write.author, date: at };
  return commitFiles(
    world,
    repository,
    {
      branch: write.branch,
      files: { [write.path]: write.content },
      message: write.message,
      author,
      committer: { ...WEB_FLOW, date: at },
    },
    by,
  );
}

/** A person's signature of now. */
export function signNow(world: World, account: Account): Signature {
  return signatureOf(account, timestamp(world));
}
