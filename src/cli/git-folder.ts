import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { TreeEntry } from '../ports/tree.ts';
import { UsageError } from './terminal.ts';
import type { LocalFolder } from './local-folder.ts';

const run = promisify(execFile);

type Git = (...args: string[]) => Promise<Buffer>;

/**
 * The folder as it is in the merge base of HEAD and `ref`. Throws UsageError where there is no such ref, or no
 * repository, with what to say instead.
 */
export async function readGitFolder(directory: string, name: string, ref: string): Promise<LocalFolder> {
  const git = gitIn(directory);
  let commit: string;
  try {
    commit = (await git('merge-base', 'HEAD', '--end-of-options', ref)).toString().trim();
  } catch {
    throw new UsageError(
      `The merge base of HEAD and ${ref} was expected to say what is applied, and there is none here. ` +
        'Say it otherwise: --base N, --base NAME, --base-ref REF or --against URL.',
    );
  }
  return folderAt(git, commit, name);
}

/** The folder as a commit has it, with that commit's id. Throws UsageError where there is none. */
export async function readCommittedFolder(
  directory: string,
  name: string,
  ref: string,
): Promise<LocalFolder & { readonly commit: string }> {
  const git = gitIn(directory);
  let commit: string;
  try {
    commit = (await git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`)).toString().trim();
  } catch {
    throw new UsageError(await whyNoCommit(git, directory, ref));
  }
  return { ...(await folderAt(git, commit, name)), commit };
}

async function whyNoCommit(git: Git, directory: string, ref: string): Promise<string> {
  if (!existsSync(directory))
    return `--migrations: a folder was expected at ${directory}, and there is none.`;
  const isInRepository = await git('rev-parse', '--git-dir').then(
    () => true,
    () => false,
  );
  if (!isInRepository) {
    return `${directory} was expected to be in a Git repository, and is in none. What ran is taken from a commit: make one first.`;
  }
  return (
    `--commit ${ref}: a commit, a tag or a branch of the repository around ${directory} was expected, and there is none of ` +
    'that name. Name another, or commit the folder first.'
  );
}

function gitIn(directory: string): Git {
  return async (...args) => {
    const options = { cwd: directory, encoding: 'buffer' as const, maxBuffer: 64 * 1024 * 1024 };
    return (await run('git', args, options)).stdout;
  };
}

async function folderAt(git: Git, commit: string, name: string): Promise<LocalFolder> {
  const listed = await git('ls-tree', '-r', '-z', '-l', commit, '.');
  const entries = listed
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((line) => entryOf(line, name));
  return {
    tree: entries.length === 0 ? { kind: 'missing' } : { kind: 'found', entries },
    read: (blob) => git('cat-file', 'blob', blob),
  };
}

/** One line of `git ls-tree -l`: mode, type, id, size, a tab, the path from the folder. */
function entryOf(line: string, name: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [facts, path] = [line.slice(0, tab), line.slice(tab + 1)];
  const [mode = '', , blob = '', size = '-'] = facts.split(/\s+/);
  return { path: `${name}/${path}`, mode, blob, size: size === '-' ? null : Number(size) };
}
