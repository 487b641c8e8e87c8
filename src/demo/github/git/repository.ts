import { runGit, type GitResult, type GitRun } from './run.ts';

/** A bare repository and how to run git in it. */
export interface GitRepository {
  readonly directory: string;
  readonly run: (argumentList: readonly string[], options?: RunOptions) => Promise<GitResult>;
  readonly text: (argumentList: readonly string[], options?: RunOptions) => Promise<string>;
}

export type RunOptions = Pick<GitRun, 'input' | 'environment' | 'accept'>;

export function gitRepository(directory: string): GitRepository {
  const run = (argumentList: readonly string[], options: RunOptions = {}): Promise<GitResult> =>
    runGit({ directory, arguments: argumentList, ...options });
  const text = async (argumentList: readonly string[], options: RunOptions = {}): Promise<string> =>
    (await run(argumentList, options)).stdout.toString('utf8');
  return { directory, run, text };
}

/** Makes an empty bare repository in `directory`, which must exist. */
export async function initialise(directory: string, defaultBranch: string): Promise<void> {
  await runGit({
    directory,
    arguments: ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.'],
  });
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
