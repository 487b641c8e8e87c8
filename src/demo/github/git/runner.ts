import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import type { GitResult, GitRun } from './run.ts';
import type { RunnerAnswer, RunnerQuestion } from './runner-child.ts';

/** Runs git for one simulated GitHub. */
export interface GitRunner {
  readonly run: (run: GitRun) => Promise<GitResult>;
  readonly close: () => void;
}

// Beside this file, in the language that this file is run in.
const program = new URL(`./runner-child${extname(import.meta.url)}`, import.meta.url);

interface Waiting {
  readonly resolve: (result: GitResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Runs git from a small process of its own. Starting a program copies the page tables of whoever starts it: from
 * a process of 600 MB, as a test's is, a git call takes 32 ms, from a small one 4.
 */
export function startGitRunner(): GitRunner {
  const child = fork(program, {
    serialization: 'advanced',
    env: {},
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  child.on('message', (answer: RunnerAnswer) => settle(waiting, answer));
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the process that runs git has ended'));
    waiting.clear();
  });
  let last = 0;
  return {
    run: (run) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        ask(child, { id: last, run }, reject);
      }),
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

function ask(child: ChildProcess, question: RunnerQuestion, failed: (error: Error) => void): void {
  child.send(question, (error) => {
    if (error !== null) failed(error);
  });
}

function settle(waiting: Map<number, Waiting>, answer: RunnerAnswer): void {
  const asked = waiting.get(answer.id);
  waiting.delete(answer.id);
  if (answer.kind === 'failed') asked?.reject(new Error(answer.message));
  else asked?.resolve({ ...answer.result, stdout: Buffer.from(answer.result.stdout) });
}
