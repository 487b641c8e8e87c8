import type { Files } from '../flows/team.ts';
import { SHOP, type World } from './world.ts';

export interface LooseCommit {
  /** Whose token makes it, and who is its author where no other is named. */
  readonly by: string;
  /** The commits it stands on; the first one's tree is what it changes. */
  readonly parents: readonly [string, ...string[]];
  readonly files: Files;
  /** Another author and committer than who makes it, as git lets anybody write. */
  readonly as?: string;
}

/** Makes a commit that is on no branch yet, as git does before a push; returns its id. */
export async function looseCommit(world: World, { by, parents, files, as }: LooseCommit): Promise<string> {
  const { git } = world.as(by).rest;
  const tree = Object.entries(files).map(([path, content]) => {
    const entry = { path, mode: '100644' as const, type: 'blob' as const };
    return content === null ? { ...entry, sha: null } : { ...entry, content };
  });
  const { data: made } = await git.createTree({ ...SHOP, base_tree: parents[0], tree });
  const { data: commit } = await git.createCommit({
    ...SHOP,
    message: `Change ${Object.keys(files).join(', ')}`,
    tree: made.sha,
    parents: [...parents],
    ...(as === undefined ? {} : { author: { name: as, email: `${as}@acme.example` } }),
  });
  return commit.sha;
}

/** Pushes commits that have been made. */
export async function pushCommits(world: World, by: string, branch: string, sha: string): Promise<void> {
  await world.as(by).rest.git.updateRef({ ...SHOP, ref: `heads/${branch}`, sha });
}
