import type { Tree, TreeEntry, TreeReader } from '../ports/tree.ts';
import { blobReader } from './blobs.ts';
import { orNull, type Connection } from './connection.ts';
import type { TreeLevel } from './object-store.ts';

/** The SHA of a file or folder in a tree, or why there is none. */
type Found =
  | { readonly kind: 'found'; readonly sha: string; readonly mode: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'truncated' };

/** The statuses with which GitHub answers for what is not there: also in an empty repository, also for no SHA. */
const absent = [404, 409, 422] as const;

/** Migrations as GitHub keeps them, by tree and blob: the contents API would follow symlinks and stop at 1,000. */
export function treeReader(connection: Connection): TreeReader {
  const { octokit, owner, repo, objects } = connection;
  return {
    list: async (commit, directory) => {
      const folder = await entryAt(connection, commit, directory, 'tree');
      if (folder.kind !== 'found') return folder;
      return objects.folder(keyOf(connection, `${folder.sha} ${directory}`), async () => {
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
      });
    },
    read: blobReader(connection),
  };
}

/** Finds a path level by level, so that no more of the repository is read than the way there. */
export async function entryAt(
  connection: Connection,
  commit: string,
  path: string,
  type: 'tree' | 'blob',
): Promise<Found> {
  let sha = commit;
  let mode = '040000';
  const names = path.split('/').filter(Boolean);
  for (const [depth, name] of names.entries()) {
    const level = await levelOf(connection, sha);
    const wanted = depth === names.length - 1 ? type : 'tree';
    const found = level?.entries.find((entry) => entry.path === name && entry.type === wanted);
    if (found === undefined) return { kind: level?.truncated === true ? 'truncated' : 'missing' };
    sha = found.sha;
    mode = found.mode;
  }
  return { kind: 'found', sha, mode };
}

/** One level of a commit's tree; null where there is none. A name, unlike an object id, is asked anew each time. */
async function levelOf(connection: Connection, tree: string): Promise<TreeLevel | null> {
  const ask = async (): Promise<TreeLevel | null> => {
    const { octokit, owner, repo } = connection;
    const level = await orNull(octokit.rest.git.getTree({ owner, repo, tree_sha: tree }), absent);
    if (level === null) return null;
    const entries = level.data.tree.map(({ path, mode, type, sha }) => ({
      path,
      mode,
      type,
      sha,
    }));
    return { truncated: level.data.truncated, entries };
  };
  return isObjectId(tree) ? connection.objects.level(keyOf(connection, tree), ask) : ask();
}

export function isObjectId(name: string): boolean {
  return /^[0-9a-f]{40}$/.test(name);
}

/** Objects of two repositories are kept apart: not everybody may see both. */
export function keyOf({ repository }: Connection, object: string): string {
  return `${repository.id} ${object}`;
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
