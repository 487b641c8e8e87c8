import type { Sha } from '../model.ts';
import type { GitRepository } from './repository.ts';

export const ZERO_SHA = '0'.repeat(40);

export interface GitRef {
  readonly ref: string;
  readonly sha: Sha;
  readonly type: string;
}

/** Refs whose names begin with the prefix (`refs/heads/`), sorted by name. */
export async function listRefs(git: GitRepository, prefix: string): Promise<GitRef[]> {
  const output = await git.text(['for-each-ref', '--format=%(refname)%00%(objectname)%00%(objecttype)']);
  const refs = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [ref = '', sha = '', type = ''] = line.split('\0');
      return { ref, sha, type };
    });
  return refs.filter(({ ref }) => ref.startsWith(prefix));
}

/** Where a ref of that full name points; undefined where there is none. */
export async function readRef(git: GitRepository, ref: string): Promise<Sha | undefined> {
  return (await git.objects.header(ref))?.sha;
}

/** Whether git accepts that full name for a ref. */
export async function isValidRefName(git: GitRepository, ref: string): Promise<boolean> {
  return (await git.run(['check-ref-format', ref], { accept: [1, 128, 129] })).code === 0;
}

/** Points a ref at a commit, where it still points at `before` (undefined: whatever it points at). */
export async function writeRef(git: GitRepository, ref: string, sha: Sha, before?: Sha): Promise<void> {
  await git.run(['update-ref', ref, sha, ...(before === undefined ? [] : [before])]);
}

export async function removeRef(git: GitRepository, ref: string): Promise<void> {
  await git.run(['update-ref', '-d', ref]);
}
