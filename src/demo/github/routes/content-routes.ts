import { posix } from 'node:path';
import { z } from 'zod';
import { ApiError, notFound } from '../errors.ts';
import { readCommit } from '../git/commits.ts';
import { entryAt, readBlob, readTree, resolveCommit, treeOf, type TreeEntry } from '../git/objects.ts';
import { input, param, repositoryRoute, type Call, type Route } from '../http/route.ts';
import type { Repository, Sha } from '../model.ts';
import { writeFile } from '../operations/committing.ts';
import { lines, presentGitCommit } from '../presenters/git-objects.ts';
import { encodePath, repositoryApi, repositoryPage } from '../presenters/links.ts';

/** GitHub lists at most this many entries of a directory. */
const MOST_ENTRIES = 1000;
/** Larger files come without content. */
const LARGEST_INLINE = 1024 * 1024;
const MOST_LINKS = 8;

const FileBody = z.object({
  message: z.string(),
  content: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: z.object({ name: z.string(), email: z.string() }).optional(),
});

function frame(call: Call, repository: Repository, entry: TreeEntry, path: string, ref: string) {
  const api = repositoryApi(call.world, repository);
  const page = repositoryPage(call.world, repository);
  const url = `${api}/contents/${encodePath(path)}?ref=${encodeURIComponent(ref)}`;
  const kind = entry.type === 'tree' ? 'trees' : 'blobs';
  const gitUrl = entry.type === 'commit' ? null : `${api}/git/${kind}/${entry.sha}`;
  const html = entry.type === 'commit' ? null : `${page}/${entry.type}/${ref}/${encodePath(path)}`;
  return {
    name: posix.basename(path),
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: entry.type === 'blob' ? `${page}/raw/${ref}/${encodePath(path)}` : null,
    _links: { self: url, git: gitUrl, html },
  };
}

function typeOf(entry: TreeEntry): 'dir' | 'file' | 'symlink' | 'submodule' {
  if (entry.type === 'tree') return 'dir';
  if (entry.type === 'commit') return 'submodule';
  return entry.mode === '120000' ? 'symlink' : 'file';
}

interface Found {
  readonly entry: TreeEntry;
  readonly path: string;
}

/** The entry at a path; a symlink to something inside the repository is followed, as GitHub does. */
async function follow(
  call: Call,
  repository: Repository,
  tree: Sha,
  path: string,
  links = 0,
): Promise<Found> {
  const git = call.world.git(repository);
  const entry = await entryAt(git, tree, path);
  if (entry === undefined) throw notFound();
  if (entry.mode !== '120000' || links >= MOST_LINKS) return { entry, path };
  const target = posix.join(posix.dirname(path), (await readBlob(git, entry.sha)).toString('utf8'));
  const inside = !target.startsWith('..') && !target.startsWith('/');
  const there = inside ? await entryAt(git, tree, target) : undefined;
  if (there === undefined) return { entry, path };
  const found = await follow(call, repository, tree, target, links + 1);
  return { entry: found.entry, path };
}

async function readContents(call: Call, repository: Repository) {
  const git = call.world.git(repository);
  const ref = call.query['ref'] ?? repository.defaultBranch;
  const commit = await resolveCommit(git, ref);
  if (commit === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const root = await treeOf(git, commit);
  const path = posix.normalize(param(call, '*')).replace(/^\.?\/*|\/+$/g, '');
  if (path.split('/').includes('..')) throw notFound();
  if (path === '') return listDirectory(call, repository, root, '', ref);
  const { entry } = await follow(call, repository, root, path);
  if (entry.type === 'tree') return listDirectory(call, repository, entry.sha, path, ref);
  const shared = frame(call, repository, entry, path, ref);
  if (entry.type === 'commit') return { body: { type: 'submodule', submodule_git_url: null, ...shared } };
  const content = await readBlob(git, entry.sha);
  if (call.accept.includes('.raw'))
    return { body: content, headers: { 'content-type': 'application/vnd.github.raw' } };
  if (entry.mode === '120000')
    return { body: { type: 'symlink', target: content.toString('utf8'), ...shared } };
  const inline = content.length <= LARGEST_INLINE;
  const shown = inline ? lines(content.toString('base64')) : '';
  return { body: { type: 'file', encoding: inline ? 'base64' : 'none', ...shared, content: shown } };
}

async function listDirectory(call: Call, repository: Repository, tree: Sha, path: string, ref: string) {
  const entries = await readTree(call.world.git(repository), tree, false);
  const body = entries.slice(0, MOST_ENTRIES).map((entry) => {
    const at = path === '' ? entry.path : `${path}/${entry.path}`;
    // A submodule is listed as a file, a compromise that GitHub's documentation of "Get repository content" names.
    const type = typeOf(entry) === 'submodule' ? 'file' : typeOf(entry);
    return { type, ...frame(call, repository, entry, at, ref) };
  });
  return { body };
}

async function putContents(call: Call, repository: Repository) {
  const body = input(call, FileBody);
  const path = param(call, '*');
  const git = call.world.git(repository);
  const before = body.sha;
  const { message, sha, author } = body;
  const branch = body.branch ?? repository.defaultBranch;
  const content = Buffer.from(body.content, 'base64');
  const commit = await writeFile(
    call.world,
    repository,
    { path, message, content, branch, sha, author },
    call.actor,
  );
  const entry = await entryAt(git, await treeOf(git, commit), path);
  if (entry === undefined) throw new Error(`${path} is not in the commit that wrote it`);
  return {
    status: before === undefined ? 201 : 200,
    body: {
      content: { type: 'file', ...frame(call, repository, entry, path, branch) },
      commit: presentGitCommit(call.world, repository, await readCommit(git, commit)),
    },
  };
}

export const contentRoutes: readonly Route[] = [
  repositoryRoute('GET', '/contents', ['contents:read'], readContents),
  repositoryRoute('GET', '/contents/*', ['contents:read'], readContents),
  repositoryRoute('PUT', '/contents/*', ['contents:write'], putContents),
];
