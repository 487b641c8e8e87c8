import { objectReader, type ObjectReader } from './object-reader.ts';
import type { GitResult, GitRun } from './run.ts';
import type { GitRunner } from './runner.ts';

/** A bare repository and how to run git in it. */
export interface GitRepository {
  readonly directory: string;
  readonly run: (argumentList: readonly string[], options?: RunOptions) => Promise<GitResult>;
  readonly text: (argumentList: readonly string[], options?: RunOptions) => Promise<string>;
  /** For what is asked all the time; the caller closes it. */
  readonly objects: ObjectReader;
}

export type RunOptions = Pick<GitRun, 'input' | 'environment' | 'accept'>;

/** Runs git in one directory; `searchPath` is where the binary is looked for, as in PATH. */
export function gitRepository(runner: GitRunner, directory: string, searchPath: string): GitRepository {
  const known = new Map<string, GitResult>();
  const run = async (argumentList: readonly string[], options: RunOptions = {}): Promise<GitResult> => {
    const question = isLasting(argumentList, options) ? argumentList.join(' ') : undefined;
    const remembered = question === undefined ? undefined : known.get(question);
    if (remembered !== undefined) return remembered;
    const result = await runner.run({ directory, searchPath, arguments: argumentList, ...options });
    if (question !== undefined && isFinal(argumentList, result)) known.set(question, result);
    return result;
  };
  const text = async (argumentList: readonly string[], options: RunOptions = {}): Promise<string> =>
    (await run(argumentList, options)).stdout.toString('utf8');
  return { directory, run, text, objects: objectReader({ directory, searchPath }) };
}

const LASTING_COMMANDS = ['log', 'diff-tree', 'merge-base', 'merge-tree', 'ls-tree', 'rev-parse'];
const OBJECT = /^\^?[0-9a-f]{40}(\.\.[0-9a-f]{40}|\^\{\w+\})?$/;
const LARGEST_REMEMBERED = 1024 * 1024;

/** What is asked about objects by their SHA alone never changes: most questions of a pull request are such. */
function isLasting([command = '', ...rest]: readonly string[], options: RunOptions): boolean {
  if (!LASTING_COMMANDS.includes(command)) return false;
  if (options.input !== undefined || options.environment !== undefined) return false;
  return rest.every((argument) => argument.startsWith('-') || OBJECT.test(argument));
}

/** An object that is missing may come later; that two commits have no common one stays so. */
function isFinal([command = '']: readonly string[], { code, stdout }: GitResult): boolean {
  const isAnswer = code === 0 || (code === 1 && command.startsWith('merge-'));
  return isAnswer && stdout.length <= LARGEST_REMEMBERED;
}

/** Makes an empty bare repository in the directory, which must exist. */
export async function initialise(git: GitRepository, defaultBranch: string): Promise<void> {
  await git.run(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.']);
}

/** Copies all branches of `from` into the empty bare repository `to`. */
export async function copyBranches(from: GitRepository, to: GitRepository): Promise<void> {
  await to.run(['fetch', '--quiet', from.directory, '+refs/heads/*:refs/heads/*']);
}

/** Brings one commit of another repository here and points a ref at it. */
export async function fetchCommit(
  from: GitRepository,
  to: GitRepository,
  branch: string,
  ref: string,
): Promise<void> {
  await to.run(['fetch', '--quiet', from.directory, `+refs/heads/${branch}:${ref}`]);
}
