import type { Decision } from '../../domain/gate.ts';
import type { Problem } from '../../domain/problem.ts';
import { shellWord } from '../../plan/names-in-words.ts';
import type { BranchChange } from './branch-changes.ts';
import type { Environment } from '../environment.ts';
import type { WhoseDatabase } from '../same-database.ts';
import type { HoldRequest } from './holds.ts';

/** Files of applied migrations are gone, and no pull request was planned to take them back. */
export function removedMessage({ policy }: Environment): string {
  return (
    `Applied migrations are gone from \`${policy.branch}\`, and no pull request was planned to take them back. ` +
    `\`${policy.name}\` is left as it is: nothing was rolled back.`
  );
}

/** The environment's branch was there, up to that commit, and is there no more. */
export function branchGone(
  { name, branch }: Environment['policy'],
  defaultBranch: string,
  commit: string,
): HoldRequest {
  return {
    reason: 'removed',
    message:
      `\`${name}\` is the branch \`${branch}\`, and that branch is gone: it was deleted or renamed. ` +
      'The database is left as it is: nothing was rolled back, and nothing is run.',
    migrations: [],
    commit,
    pullRequest: null,
    waysOut: [
      `If it was deleted: make it anew where it was, with \`git push origin ${commit}:refs/heads/${shellWord(branch)}\`.`,
      `If it was renamed: name the new branch for \`${name}\` in \`.github/tidegate.yml\` on \`${defaultBranch}\`.`,
      'Either way what has run is not run again.',
    ],
  };
}

/** A change that the gate does not allow is on the branch. */
export function notApprovedMessage(
  { policy }: Environment,
  change: BranchChange,
  decision: Decision,
): string {
  const how =
    change.pullRequest === null
      ? `Commit \`${change.commit.slice(0, 10)}\` reached \`${policy.branch}\` without a pull request`
      : `#${change.pullRequest.number} was merged into \`${policy.branch}\``;
  return `${how}, but the gate of \`${policy.name}\` does not allow its migrations: ${decision.message} Nothing was run.`;
}

/** The plan of what is on the branch is red. */
export function problemHold(problems: readonly Problem[], change: BranchChange): HoldRequest {
  const [first] = problems;
  const isHistory = problems.some(({ code }) =>
    [
      'edited',
      'renamed',
      'out-of-order',
      'history-unknown',
      'removal',
      'no-down',
      'duplicate-version',
    ].includes(code),
  );
  return {
    reason: isHistory ? 'history-mismatch' : 'apply-failed',
    message: `The migrations were not run, since their plan is red: ${first?.message ?? ''}`,
    migrations: problems.flatMap(({ migration }) => (migration === undefined ? [] : [migration])),
    commit: change.commit,
    pullRequest: change.pullRequest?.number ?? null,
  };
}

/** The address leads to a database that is not the environment's own, as was found when that commit was to be run there. */
export function anotherDatabase(
  { policy }: Pick<Environment, 'policy'>,
  whose: Exclude<WhoseDatabase, 'own'>,
  { commit, pullRequest }: Pick<HoldRequest, 'commit' | 'pullRequest'>,
): HoldRequest {
  const { name } = policy;
  const about = { reason: 'another-database' as const, migrations: [], commit, pullRequest };
  if (whose === 'strange') {
    return {
      ...about,
      message:
        `The database that answers for \`${name}\` is not the one that Tidegate has known: it is in another ` +
        'PostgreSQL cluster, or has another name. Nothing was run.',
    };
  }
  return {
    ...about,
    message:
      `\`${name}\` was expected to have a database of its own, and its address leads to the one of \`${whose.of}\`: ` +
      'they would write one history, and what is applied to one would be applied to both. Nothing was run.',
    waysOut: [
      `Give \`${name}\` (or \`${whose.of}\`, where that is the one with the wrong address) a database of its own in the server's configuration, then comment \`/retry ${name}\` ${pullRequest === null ? 'here' : `on #${pullRequest}`}.`,
      `Or take \`${name}\` out of \`.github/tidegate.yml\`, where the two are meant to be one.`,
    ],
  };
}
