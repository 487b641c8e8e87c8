import type { MigrationSettings } from '../../domain/migration.ts';
import type { Problem } from '../../domain/problem.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { BranchChange } from '../applying/branch-changes.ts';
import { readChange } from '../planning/change.ts';
import { isSameTree } from '../planning/overlay.ts';
import type { Tools } from '../tools.ts';
import { leaveToRun, notVouched } from '../planning/vouching.ts';

/**
 * Why nothing of a merge group's change is run: it is a stranger's for whose head nobody vouched, or not what its pull
 * request's head makes of the folder, or of no pull request that is known. Undefined where it may be run. A commit's
 * message can name anybody's pull request, and a head can move on while its group stands.
 */
export async function withheldInGroup(
  host: CodeHost,
  { commit, pullRequest, before, after }: BranchChange,
  settings: MigrationSettings,
  tools: Pick<Tools, 'hosts' | 'records'>,
): Promise<Problem | undefined> {
  if (isSameTree(before, after)) return undefined;
  if (pullRequest === null) return notOf(commit, 'of no pull request that is known');
  const leave = await leaveToRun(host, pullRequest, tools);
  if (leave.kind === 'withheld') {
    const { code, message } = notVouched(leave.strangeness, pullRequest);
    return { code, message: `${message} ${again}` };
  }
  const made = await readChange(host, pullRequest, settings, before);
  return made.problems.length === 0 && isSameTree(made.desired, after)
    ? undefined
    : notOf(commit, notItsOwn(pullRequest));
}

const again = 'The queue has to wait for that: put it in again afterwards.';

function notItsOwn({ number, head }: PullRequest): string {
  return `not what commit ${head.slice(0, 10)}, the head of #${number}, makes of the migrations`;
}

function notOf(commit: string, what: string): Problem {
  return {
    code: 'not-vouched',
    message:
      `Commit ${commit.slice(0, 10)} of this merge group is ${what}, so it cannot be told who answers for it, and ` +
      'nothing of it is run. Take its pull request out of the queue, bring it up to date with its base branch, and put it in again.',
  };
}
