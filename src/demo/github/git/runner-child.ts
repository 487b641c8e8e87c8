/** Entry of the small process that runs git. It ends when the one that started it lets go of it. */
import { runGit, type GitResult, type GitRun } from './run.ts';

export interface RunnerQuestion {
  readonly id: number;
  readonly run: GitRun;
}

export type RunnerAnswer =
  | { readonly id: number; readonly kind: 'done'; readonly result: GitResult }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };

async function answer({ id, run }: RunnerQuestion): Promise<RunnerAnswer> {
  try {
    return { id, kind: 'done', result: await runGit(run) };
  } catch (error) {
    return { id, kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (question: RunnerQuestion) => {
  void answer(question).then((reply) => process.send?.(reply));
});
