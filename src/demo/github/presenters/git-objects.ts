import type { GitCommit } from '../git/commits.ts';
import type { TreeEntry } from '../git/objects.ts';
import type { GitRef } from '../git/refs.ts';
import type { Repository, Sha } from '../model.ts';
import { nodeId, type World } from '../world.ts';
import { repositoryApi, repositoryPage } from './links.ts';

export const UNSIGNED = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
};

export function presentRef(world: World, repository: Repository, ref: GitRef) {
  const api = repositoryApi(world, repository);
  const kind = ref.type === 'tag' ? 'tags' : 'commits';
  return {
    ref: ref.ref,
    node_id: nodeId('Ref', `${repository.id}:${ref.ref}`),
    url: `${api}/git/${ref.ref}`,
    object: { type: ref.type, sha: ref.sha, url: `${api}/git/${kind}/${ref.sha}` },
  };
}

export function presentGitCommit(world: World, repository: Repository, commit: GitCommit) {
  const api = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', `${repository.id}:${commit.sha}`),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: UNSIGNED,
  };
}

/** A tree of which only the first `limit` entries are shown; `truncated` says whether some were left out. */
export function presentTree(
  world: World,
  repository: Repository,
  sha: Sha,
  entries: readonly TreeEntry[],
  limit: number,
) {
  const api = repositoryApi(world, repository);
  return {
    sha,
    url: `${api}/git/trees/${sha}`,
    truncated: entries.length > limit,
    tree: entries.slice(0, limit).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === null ? {} : { size: entry.size }),
      ...(entry.type === 'commit' ? {} : { url: `${api}/git/${entry.type}s/${entry.sha}` }),
    })),
  };
}

export function presentBlob(world: World, repository: Repository, sha: Sha, content: Buffer) {
  return {
    sha,
    node_id: nodeId('Blob', `${repository.id}:${sha}`),
    size: content.length,
    url: `${repositoryApi(world, repository)}/git/blobs/${sha}`,
    content: lines(content.toString('base64')),
    encoding: 'base64',
  };
}

/** GitHub breaks base64 after every 60 characters. */
export function lines(base64: string): string {
  return base64.replace(/.{1,60}/g, '$&\n');
}
