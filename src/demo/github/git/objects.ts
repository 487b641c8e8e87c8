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
  const refs = name.startsWith('refs/')
    ? [name]
    : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  const candidates = isSha(name) ? [...refs, name] : refs;
  const found = await Promise.all(candidates.map((one) => git.objects.header(`${one}^{commit}`)));
  const first = found.find((header) => header !== undefined);
  if (first !== undefined) return first.sha;
  return /^[0-9a-f]{7,39}$/.test(name) ? resolveAbbreviated(git, name) : undefined;
}

/** A git that stays keeps a list of the ids that begin alike, which can be old. */
async function resolveAbbreviated(git: GitRepository, name: string): Promise<Sha | undefined> {
  const result = await git.run(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], {
    accept: [1, 128],
  });
  return result.code === 0 ? result.stdout.toString('utf8').trim() : undefined;
}

/** What kind of object a SHA is; undefined where there is none. */
export async function objectType(git: GitRepository, sha: Sha): Promise<string | undefined> {
  return isSha(sha) ? (await git.objects.header(sha))?.type : undefined;
}

/** The bytes of a blob. Throws where there is none. */
export async function readBlob(git: GitRepository, sha: Sha): Promise<Buffer> {
  return contentOf(git, sha);
}

async function contentOf(git: GitRepository, sha: Sha): Promise<Buffer> {
  const content = await git.objects.content(sha);
  if (content === undefined) throw new Error(`There is no object ${sha}`);
  return content;
}

export async function writeBlob(git: GitRepository, content: Buffer | string): Promise<Sha> {
  return (await git.text(['hash-object', '-w', '--stdin'], { input: content })).trim();
}

export async function treeOf(git: GitRepository, commit: Sha): Promise<Sha> {
  const tree = await git.objects.header(`${commit}^{tree}`);
  if (tree === undefined) throw new Error(`There is no commit ${commit}`);
  return tree.sha;
}

/** The entries of a tree; with `recursive` also those of the trees below, each before its own entries. */
export async function readTree(git: GitRepository, tree: Sha, recursive: boolean): Promise<TreeEntry[]> {
  const found: TreeEntry[] = [];
  for (const entry of parseTree(await contentOf(git, tree))) {
    found.push(entry);
    if (!recursive || entry.type !== 'tree') continue;
    const below = await readTree(git, entry.sha, true);
    found.push(...below.map((inner) => ({ ...inner, path: `${entry.path}/${inner.path}` })));
  }
  return Promise.all(found.map((entry) => withSize(git, entry)));
}

/** Entries as a tree object has them: `<mode> <name>`, a zero byte, and twenty bytes of id each. */
function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const zero = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space).padStart(6, '0');
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
    const path = content.toString('utf8', space + 1, zero);
    at = zero + 21;
    entries.push({ mode, type, sha: content.toString('hex', zero + 1, at), size: null, path });
  }
  return entries;
}

async function withSize(git: GitRepository, entry: TreeEntry): Promise<TreeEntry> {
  if (entry.type !== 'blob' || entry.size !== null) return entry;
  return { ...entry, size: (await git.objects.header(entry.sha))?.size ?? null };
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
