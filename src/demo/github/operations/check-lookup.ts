import type {
  CheckConclusion,
  CheckRun,
  CheckStatus,
  CommitStatus,
  PullRequest,
  Repository,
  RequiredCheck,
  Sha,
} from '../model.ts';
import type { World } from '../world.ts';

/** Open pull requests of this repository (not of forks, whose list stays empty as on GitHub) with that head. */
export function pullRequestsWithHead(world: World, repository: Repository, sha: Sha): PullRequest[] {
  return [...world.store.pullRequests.values()].filter(
    (pull) =>
      pull.head.sha === sha &&
      pull.head.repositoryId === repository.id &&
      pull.base.repositoryId === repository.id &&
      pull.issue.state === 'open',
  );
}

/** What the runs of a suite come to. */
export function suiteConclusion(runs: readonly CheckRun[]): {
  status: CheckStatus;
  conclusion: CheckConclusion | null;
} {
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.some((run) => run.status !== 'completed')) return { status: 'in_progress', conclusion: null };
  const conclusions = new Set(runs.map((run) => run.conclusion));
  const worst: CheckConclusion[] = [
    'failure',
    'timed_out',
    'action_required',
    'cancelled',
    'stale',
    'success',
  ];
  const found = worst.find((conclusion) => conclusions.has(conclusion));
  return { status: 'completed', conclusion: found ?? 'neutral' };
}

export function checkRunsOf(world: World, repository: Repository, sha: Sha): CheckRun[] {
  return [...world.store.checkRuns.values()].filter(
    (run) => run.repositoryId === repository.id && run.headSha === sha,
  );
}

/** The newest run of each name and App. */
export function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs) latest.set(`${run.appId}:${run.name}`, run);
  return [...latest.values()];
}

/** The newest status of each context. */
export function latestStatuses(world: World, repository: Repository, sha: Sha): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of world.store.statuses)
    if (status.repositoryId === repository.id && status.sha === sha) latest.set(status.context, status);
  return [...latest.values()];
}

export type Verdict = 'passed' | 'failed' | 'missing';

/** How a required check stands on a commit. `neutral` and `skipped` pass, as on GitHub. */
export function verdictOf(world: World, repository: Repository, sha: Sha, check: RequiredCheck): Verdict {
  const runs = checkRunsOf(world, repository, sha).filter(
    (run) => run.name === check.context && (check.appId === null || run.appId === check.appId),
  );
  const run = runs.at(-1);
  if (run !== undefined) {
    if (run.status !== 'completed') return 'missing';
    return ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '') ? 'passed' : 'failed';
  }
  const status = latestStatuses(world, repository, sha).find((one) => one.context === check.context);
  // A pinned check is not satisfied by a status that some other account posted.
  if (status === undefined || status.state === 'pending') return 'missing';
  const bot = check.appId === null ? undefined : world.store.apps.get(check.appId)?.botId;
  if (check.appId !== null && status.creatorId !== bot) return 'missing';
  return status.state === 'success' ? 'passed' : 'failed';
}
