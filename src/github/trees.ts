import type { Tree, TreeEntry, TreeReader } from '../ports/tree.ts';
import { orNull, type Connection } from './connection.ts';

/** The SHA of a file or folder in a tree, or why there is none. */
type Found =
  | { readonly kind: 'found'; readonly sha: string; readonly mode: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'truncated' };

/** The statuses with which GitHub answers for what is not there: also in an empty repository, also for no SHA. */
const absent = [404, 409, 422] as const;

/** Migrations as GitHub keeps them, by tree and blob: the contents API would follow symlinks and stop at 1,000. */
export function treeReader(connection: Connection): TreeReader {
  const { octokit, owner, repo } = connection;
  return {
    list: async (commit, directory) => {
      const folder = await entryAt(connection, commit, directory, 'tree');
      if (folder.kind !== 'found') return folder;
      const { data } = await octokit.rest.git.getTree({
        owner,
        repo,
        tree_sha: folder.sha,
        recursive: 'true',
      });
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
}

/** Finds a path level by level, so that no more of the repository is read than the way there. */
export async function entryAt(
  { octokit, owner, repo }: Connection,
  commit: string,
  path: string,
  type: 'tree' | 'blob',
): Promise<Found> {
  let sha = commit;
  let mode = '040000';
  const names = path.split('/').filter(Boolean);
  for (const [depth, name] of names.entries()) {
    const level = await orNull(octokit.rest.git.getTree({ owner, repo, tree_sha: sha }), absent);
    const wanted = depth === names.length - 1 ? type : 'tree';
    const found = level?.data.tree.find((entry) => entry.path === name && entry.type === wanted);
    if (found?.sha === undefined) return { kind: level?.data.truncated === true ? 'truncated' : 'missing' };
    sha = found.sha;
    mode = found.mode;
  }
  return { kind: 'found', sha, mode };
}

interface RawEntry {
  readonly path?: string;
  readonly mode?: string;
  readonly sha?: string;
  readonly size?: number;
}

function entryOf({ path = '', mode = '', sha = '', size }: RawEntry, directory: string): TreeEntry {
  const folder = directory.split('/').filter(Boolean);
  return { path: [...folder, path].join('/'), mode, blob: sha, size: size ?? null };
}
