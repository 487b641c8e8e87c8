import type { Sha } from '../model.ts';
import type { GitRepository } from './repository.ts';

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';

export interface FileChange {
  readonly status: FileStatus;
  readonly path: string;
  readonly previousPath: string | null;
  /** The blob after the change; before it where the file was removed. */
  readonly sha: Sha;
  readonly additions: number;
  readonly deletions: number;
  /** Null for binary files and for changes without lines. */
  readonly patch: string | null;
}

/** Changes from one tree or commit to another, renames detected, sorted by path. A null `from` is the empty tree. */
export async function listChanges(git: GitRepository, from: Sha | null, to: Sha): Promise<FileChange[]> {
  const start = from ?? (await git.text(['mktree'])).trim();
  const range = ['diff-tree', '-r', '-M', '--no-commit-id'];
  const listing = await git.text([...range, '-z', '--raw', '--numstat', '--no-abbrev', start, to]);
  const patches = splitPatches(await git.text([...range, '-p', start, to]));
  const { entries, counts } = parseListing(listing);
  return entries.map((entry, place) => ({
    ...entry,
    additions: counts[place]?.additions ?? 0,
    deletions: counts[place]?.deletions ?? 0,
    patch: patches[place] ?? null,
  }));
}

type Entry = Pick<FileChange, 'status' | 'path' | 'previousPath' | 'sha'>;
interface Count {
  readonly additions: number;
  readonly deletions: number;
}

function parseListing(listing: string): { entries: Entry[]; counts: Count[] } {
  const fields = listing.split('\0');
  const entries: Entry[] = [];
  const counts: Count[] = [];
  while (fields.length > 0) {
    const head = fields.shift() ?? '';
    if (head.startsWith(':')) entries.push(rawEntry(head, fields));
    else if (head !== '') counts.push(countEntry(head, fields));
  }
  return { entries, counts };
}

function rawEntry(head: string, fields: string[]): Entry {
  const [, , before = '', after = '', letter = ''] = head.split(' ');
  const first = fields.shift() ?? '';
  const twoPaths = letter.startsWith('R') || letter.startsWith('C');
  const path = twoPaths ? (fields.shift() ?? '') : first;
  const status = statusOf(letter);
  return { status, path, previousPath: twoPaths ? first : null, sha: status === 'removed' ? before : after };
}

function statusOf(letter: string): FileStatus {
  switch (letter.charAt(0)) {
    case 'A':
      return 'added';
    case 'D':
      return 'removed';
    case 'R':
      return 'renamed';
    case 'C':
      return 'copied';
    case 'T':
      return 'changed';
    default:
      return 'modified';
  }
}

function countEntry(head: string, fields: string[]): Count {
  const [additions = '-', deletions = '-', path = ''] = head.split('\t');
  // A rename has an empty path here and its two paths in the fields that follow.
  if (path === '') fields.splice(0, 2);
  return { additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
}

function splitPatches(output: string): (string | null)[] {
  return output
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith('diff --git '))
    .map((part) => {
      const hunk = part.search(/^@@/m);
      return hunk === -1 ? null : part.slice(hunk).replace(/\n$/, '');
    });
}
