import type { Tree, TreeEntry, TreeReader } from '../ports/tree.ts';
import { orNull, type Connection } from './connection.ts';

/** Migrations as GitHub keeps them, by tree and blob: the contents API would follow symlinks and stop at 1,000. */
export function treeReader({ octokit, owner, repo }: Connection): TreeReader {
  return {
    list: async (commit, directory) => {
      const folder = await folderSha(commit, directory.split('/').filter(Boolean));
      if (folder === null) return { kind: 'missing' };
      const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: folder, recursive: 'true' });
      if (data.truncated) return { kind: 'truncated' };
      const entries = data.tree
        .filter(({ type }) => type !== 'tree')
        .map((entry) => entryOf(entry, directory));
      return { kind: 'found', entries } satisfies Tree;
    },
    read: async (blob) => {
      const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha: blob });
      return Buffer.from(data.content, 'base64');
    },
  };

  /** The tree of a folder, found level by level, so that only the folder itself is read whole. */
  async function folderSha(commit: string, path: readonly string[]): Promise<string | null> {
    let sha = commit;
    for (const name of path) {
      const level = await orNull(octokit.rest.git.getTree({ owner, repo, tree_sha: sha }), [404, 409]);
      const found = level?.data.tree.find((entry) => entry.path === name && entry.type === 'tree');
      if (found?.sha === undefined) return null;
      sha = found.sha;
    }
    return sha;
  }
}

interface RawEntry {
  readonly path?: string;
  readonly mode?: string;
  readonly sha?: string;
  readonly size?: number;
}

function entryOf({ path = '', mode = '', sha = '', size }: RawEntry, directory: string): TreeEntry {
  return { path: `${directory}/${path}`, mode, blob: sha, size: size ?? null };
}
