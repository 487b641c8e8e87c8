import type { Sha } from '../model.ts';
import type { GitRepository } from './repository.ts';

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: Sha;
  readonly size: number | null;
  readonly path: string;
}

/** A change of one path; a null sha removes it. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly sha: Sha | null;
}

const SHA = /^[0-9a-f]{40}$/;

export function isSha(value: string): boolean {
  return SHA.test(value);
}

/** The commit that a SHA (whole or abbreviated), branch or tag names; undefined where there is none. */
export async function resolveCommit(git: GitRepository, name: string): Promise<Sha | undefined> {
  if (name.startsWith('-') || name === '') return undefined;
  const candidates = /^[0-9a-f]{7,40}$/.test(name) ? [name] : [];
  const refs = name.startsWith('refs/')
    ? [name]
    : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  for (const candidate of [...refs, ...candidates]) {
    const result = await git.run(
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`],
      {
        accept: [1, 128],
      },
    );
    if (result.code === 0) return result.stdout.toString('utf8').trim();
  }
  return undefined;
}

/** What kind of object a SHA is; undefined where there is none. */
export async function objectType(git: GitRepository, sha: Sha): Promise<string | undefined> {
  if (!isSha(sha)) return undefined;
  const result = await git.run(['cat-file', '-t', sha], { accept: [1, 128] });
  return result.code === 0 ? result.stdout.toString('utf8').trim() : undefined;
}

export async function readBlob(git: GitRepository, sha: Sha): Promise<Buffer> {
  return (await git.run(['cat-file', 'blob', sha])).stdout;
}

export async function writeBlob(git: GitRepository, content: Buffer | string): Promise<Sha> {
  return (await git.text(['hash-object', '-w', '--stdin'], { input: content })).trim();
}

export async function treeOf(git: GitRepository, commit: Sha): Promise<Sha> {
  return (await git.text(['rev-parse', `${commit}^{tree}`])).trim();
}

/** The entries of a tree; with `recursive` also those of the trees below, each before its own entries. */
export async function readTree(git: GitRepository, tree: Sha, recursive: boolean): Promise<TreeEntry[]> {
  const flags = recursive ? ['-r', '-t'] : [];
  const output = await git.text(['ls-tree', '-z', '-l', ...flags, tree]);
  return output
    .split('\0')
    .filter((line) => line !== '')
    .map(parseEntry);
}

function parseEntry(line: string): TreeEntry {
  const match = /^(\d+) (blob|tree|commit) ([0-9a-f]+)\s+(\d+|-)\t([\s\S]*)$/.exec(line);
  const [, mode = '', type = '', sha = '', size = '-', path = ''] = match ?? [];
  if (type !== 'blob' && type !== 'tree' && type !== 'commit')
    throw new Error(`git ls-tree answered ${line}`);
  return { mode, type, sha, size: size === '-' ? null : Number(size), path };
}

/** The entry at a path of a tree, or undefined. */
export async function entryAt(git: GitRepository, tree: Sha, path: string): Promise<TreeEntry | undefined> {
  const output = await git.text(['--literal-pathspecs', 'ls-tree', '-z', '-l', tree, '--', path]);
  const line = output.split('\0')[0];
  return line === undefined || line === '' ? undefined : parseEntry(line);
}

/** Writes the tree that `base` becomes by the changes. A whole tree may be put at a path (mode 040000). */
export async function writeTree(
  git: GitRepository,
  base: Sha | null,
  changes: readonly TreeChange[],
  index: string,
): Promise<Sha> {
  const environment = { GIT_INDEX_FILE: index };
  await git.run(base === null ? ['read-tree', '--empty'] : ['read-tree', base], { environment });
  const lines: string[] = [];
  for (const change of changes) lines.push(...(await indexLines(git, change)));
  await git.run(['update-index', '-z', '--index-info'], { environment, input: lines.join('') });
  return (await git.text(['write-tree'], { environment })).trim();
}

async function indexLines(git: GitRepository, change: TreeChange): Promise<string[]> {
  if (change.sha === null) return [`0 ${'0'.repeat(40)}\t${change.path}\0`];
  if (change.mode !== '040000') return [`${change.mode} ${change.sha}\t${change.path}\0`];
  const entries = await readTree(git, change.sha, true);
  return entries
    .filter((entry) => entry.type !== 'tree')
    .map((entry) => `${entry.mode} ${entry.sha}\t${change.path}/${entry.path}\0`);
}
