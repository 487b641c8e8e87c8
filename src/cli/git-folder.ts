import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TreeEntry } from '../ports/tree.ts';
import { UsageError } from './terminal.ts';
import type { LocalFolder } from './local-folder.ts';

const run = promisify(execFile);

/**
 * The folder as it is in the merge base of HEAD and `ref`. Throws UsageError where there is no such ref, or no
 * repository, with what to say instead.
 */
export async function readGitFolder(directory: string, name: string, ref: string): Promise<LocalFolder> {
  const git = async (...args: string[]): Promise<Buffer> => {
    const { stdout } = await run('git', args, {
      cwd: directory,
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  };
  let commit: string;
  try {
    commit = (await git('merge-base', 'HEAD', '--end-of-options', ref)).toString().trim();
  } catch {
    throw new UsageError(
      `The merge base of HEAD and ${ref} was expected to say what is applied, and there is none here. ` +
        'Say it otherwise: --base N, --base NAME, --base-ref REF or --against URL.',
    );
  }
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
