import { execFile } from 'node:child_process';
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
    throw new UsageError(
      `--commit ${ref}: a commit of the repository around ${directory} was expected; there is none of that name. ` +
        'Commit the folder first, or name a commit, tag or branch.',
    );
  }
  return { ...(await folderAt(git, commit, name)), commit };
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
