import type { Decision } from '../../domain/gate.ts';
import type { Problem } from '../../domain/problem.ts';
import type { BranchChange } from './branch-changes.ts';
import type { Environment } from '../environment.ts';
import type { HoldRequest } from './holds.ts';

/** Files of applied migrations are gone, and no pull request was planned to take them back. */
export function removedMessage({ policy }: Environment): string {
  return (
    `Applied migrations are gone from \`${policy.branch}\`, and no pull request was planned to take them back. ` +
    `\`${policy.name}\` is left as it is: nothing was rolled back.`
  );
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

/** The address leads to another database than before, as was found when that commit was to be run there. */
export function anotherDatabase(
  { policy }: Environment,
  { commit, pullRequest }: Pick<HoldRequest, 'commit' | 'pullRequest'>,
): HoldRequest {
  return {
    reason: 'another-database',
    message:
      `The database that answers for \`${policy.name}\` is not the one that Tidegate has known: it is in another ` +
      'PostgreSQL cluster, or has another name. Nothing was run.',
    migrations: [],
    commit,
    pullRequest,
  };
}
