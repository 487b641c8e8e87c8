import { z } from 'zod';
import { invalid, notFound } from '../errors.ts';
import { readCommit, writeCommit } from '../git/commits.ts';
import {
  isSha,
  objectType,
  readBlob,
  readTree,
  resolveCommit,
  treeOf,
  writeBlob,
  writeTree,
} from '../git/objects.ts';
import { listRefs, type GitRef } from '../git/refs.ts';
import { input, listed, param, repositoryRoute, type Call, type Route } from '../http/route.ts';
import type { Repository, Sha } from '../model.ts';
import { indexFile, signNow } from '../operations/committing.ts';
import { createReference, deleteReference, updateReference } from '../operations/references.ts';
import { requireRole, requireUnarchived } from '../operations/rights.ts';
import { presentBlob, presentGitCommit, presentRef, presentTree } from '../presenters/git-objects.ts';
import { repositoryApi } from '../presenters/links.ts';
import { isoSeconds } from '../time.ts';

/** GitHub serves blobs up to this size. */
const LARGEST_BLOB = 100 * 1024 * 1024;

const BlobBody = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') });

const TreeBody = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({
      path: z.string().min(1),
      mode: z.enum(['100644', '100755', '040000', '160000', '120000']).default('100644'),
      type: z.string().optional(),
      sha: z.string().nullish(),
      content: z.string().optional(),
    }),
  ),
});

const Person = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });
const CommitBody = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: Person.optional(),
  committer: Person.optional(),
});

/** GitHub reads a tree's name as a tree, a commit, or a branch. */
async function treeNamed(call: Call, repository: Repository): Promise<Sha> {
  const git = call.world.git(repository);
  const name = param(call, '*');
  if (isSha(name) && (await objectType(git, name)) === 'tree') return name;
  const commit = await resolveCommit(git, name);
  if (commit === undefined) throw notFound();
  return treeOf(git, commit);
}

function requireWriter(call: Call, repository: Repository): void {
  requireRole(call.world, repository, call.actor, 'write');
  requireUnarchived(repository);
}

async function createTree(call: Call, repository: Repository) {
  requireWriter(call, repository);
  const git = call.world.git(repository);
  const body = input(call, TreeBody);
  const changes = [];
  for (const entry of body.tree) {
    const sha = entry.content === undefined ? (entry.sha ?? null) : await writeBlob(git, entry.content);
    if (sha !== null && entry.mode !== '160000' && (await objectType(git, sha)) === undefined)
      throw invalid(`tree.sha ${sha} is not a valid ${entry.type ?? 'object'}`);
    changes.push({ path: entry.path, mode: entry.mode, sha });
  }
  const base = body.base_tree;
  const baseType = base === undefined ? undefined : await objectType(git, base);
  if (base !== undefined && baseType !== 'tree' && baseType !== 'commit')
    throw invalid('base_tree is not a valid tree oid');
  const start = base === undefined ? null : baseType === 'commit' ? await treeOf(git, base) : base;
  const sha = await writeTree(git, start, changes, indexFile(call.world));
  const entries = await readTree(git, sha, false);
  return { status: 201, body: presentTree(call.world, repository, sha, entries, call.world.treeLimit) };
}

async function createCommit(call: Call, repository: Repository) {
  requireWriter(call, repository);
  const git = call.world.git(repository);
  const body = input(call, CommitBody);
  if ((await objectType(git, body.tree)) !== 'tree') throw invalid('Tree SHA does not exist');
  for (const parent of body.parents)
    if ((await objectType(git, parent)) !== 'commit')
      throw invalid('Parent SHA does not exist or is not a commit object');
  const own = signNow(call.world, call.actor.account);
  const signature = (person: z.infer<typeof Person> | undefined) => {
    if (person === undefined) return undefined;
    return { ...person, date: person.date === undefined ? own.date : isoSeconds(new Date(person.date)) };
  };
  const author = signature(body.author) ?? own;
  const committer = signature(body.committer) ?? author;
  const { tree, parents, message } = body;
  const sha = await writeCommit(git, { tree, parents, message, author, committer });
  return { status: 201, body: presentGitCommit(call.world, repository, await readCommit(git, sha)) };
}

async function refNamed(call: Call, repository: Repository): Promise<GitRef> {
  const wanted = `refs/${param(call, '*')}`;
  const found = (await listRefs(call.world.git(repository), wanted)).find(({ ref }) => ref === wanted);
  if (found === undefined) throw notFound();
  return found;
}

export const gitRoutes: readonly Route[] = [
  repositoryRoute('GET', '/git/blobs/:sha', ['contents:read'], async (call, repository) => {
    const git = call.world.git(repository);
    const sha = param(call, 'sha');
    if ((await objectType(git, sha)) !== 'blob') throw notFound();
    const content = await readBlob(git, sha);
    if (content.length > LARGEST_BLOB) throw invalid('This blob is too large to be served');
    if (call.accept.includes('.raw'))
      return { body: content, headers: { 'content-type': 'application/vnd.github.raw' } };
    return { body: presentBlob(call.world, repository, sha, content) };
  }),
  repositoryRoute('POST', '/git/blobs', ['contents:write'], async (call, repository) => {
    requireWriter(call, repository);
    const { content, encoding } = input(call, BlobBody);
    const sha = await writeBlob(call.world.git(repository), Buffer.from(content, encoding));
    return { status: 201, body: { sha, url: `${repositoryApi(call.world, repository)}/git/blobs/${sha}` } };
  }),
  repositoryRoute('GET', '/git/trees/*', ['contents:read'], async (call, repository) => {
    const sha = await treeNamed(call, repository);
    // Any value of `recursive` at all asks for it, as GitHub's documentation of "Get a tree" says.
    const entries = await readTree(call.world.git(repository), sha, call.query['recursive'] !== undefined);
    return { body: presentTree(call.world, repository, sha, entries, call.world.treeLimit) };
  }),
  repositoryRoute('POST', '/git/trees', ['contents:write'], createTree),
  repositoryRoute('GET', '/git/commits/:sha', ['contents:read'], async (call, repository) => {
    const git = call.world.git(repository);
    const sha = param(call, 'sha');
    if ((await objectType(git, sha)) !== 'commit') throw notFound();
    return { body: presentGitCommit(call.world, repository, await readCommit(git, sha)) };
  }),
  repositoryRoute('POST', '/git/commits', ['contents:write'], createCommit),
  repositoryRoute('GET', '/git/ref/*', ['contents:read'], async (call, repository) => ({
    body: presentRef(call.world, repository, await refNamed(call, repository)),
  })),
  repositoryRoute('GET', '/git/matching-refs/*', ['contents:read'], async (call, repository) => {
    const refs = await listRefs(call.world.git(repository), `refs/${param(call, '*')}`);
    return listed(call, refs, (ref) => presentRef(call.world, repository, ref));
  }),
  repositoryRoute('POST', '/git/refs', ['contents:write'], async (call, repository) => {
    const body = input(call, z.object({ ref: z.string(), sha: z.string() }));
    const ref = await createReference(call.world, repository, body, call.actor);
    return { status: 201, body: presentRef(call.world, repository, ref) };
  }),
  repositoryRoute('PATCH', '/git/refs/*', ['contents:write'], async (call, repository) => {
    const body = input(call, z.object({ sha: z.string(), force: z.boolean().default(false) }));
    const wanted = { ref: `refs/${param(call, '*')}`, ...body };
    const ref = await updateReference(call.world, repository, wanted, call.actor);
    return { body: presentRef(call.world, repository, ref) };
  }),
  repositoryRoute('DELETE', '/git/refs/*', ['contents:write'], async (call, repository) => {
    await deleteReference(call.world, repository, `refs/${param(call, '*')}`, call.actor);
    return { status: 204 };
  }),
];
