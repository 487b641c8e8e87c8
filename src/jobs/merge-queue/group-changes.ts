import { partsOfQueueBranch, type MergeGroup } from '../../domain/merge-group.ts';
import type { BranchCommit, CodeHost, PullRequest, QueuedCommits } from '../../ports/code-host.ts';
import type { BranchChange } from '../applying/branch-changes.ts';
import { isAnyChanged } from '../changed-files.ts';
import { isSameTree } from '../planning/overlay.ts';
import { rulingFiles, type Setup } from '../setup.ts';

/** What one pull request of a group, or a commit of none, would do. */
export interface GroupChange extends BranchChange {
  /** Whether its commits change the files that rule. */
  readonly changesRules: boolean;
}

/**
 * What each pull request of a merge group would do to the migrations, or to the rules, oldest first; those that leave
 * both alone are not named. A group that does not stand on its base is one change without a pull request.
 */
export async function changesOfGroup(
  host: CodeHost,
  { settings, environments }: Extract<Setup, { kind: 'ready' }>,
  group: MergeGroup,
): Promise<readonly GroupChange[]> {
  const { baseCommit, head, base } = group;
  const paths = base === host.repository.defaultBranch ? rulingFiles(environments) : [];
  const commits = await host.firstParentCommits(baseCommit, head);
  let before = await host.list(baseCommit, settings.directory);
  if (commits === null) {
    const after = await host.list(head, settings.directory);
    const changesRules = await isAnyChanged(host, paths, baseCommit, head);
    return [{ commit: head, since: baseCommit, pullRequest: null, before, after, changesRules }];
  }
  const landing = landingPullRequests(host, group, commits);
  const changes: GroupChange[] = [];
  let parent = baseCommit;
  for (const { sha } of commits) {
    const after = await host.list(sha, settings.directory);
    const changesRules = await isAnyChanged(host, paths, parent, sha);
    if (changesRules || !isSameTree(before, after)) {
      const pullRequest = await landing(sha);
      const last = changes.at(-1);
      const isSame = pullRequest !== null && last?.pullRequest?.number === pullRequest.number;
      if (last !== undefined && isSame) {
        const ruling = last.changesRules || changesRules;
        changes[changes.length - 1] = { ...last, commit: sha, after, changesRules: ruling };
      } else changes.push({ commit: sha, since: parent, pullRequest, before, after, changesRules });
    }
    before = after;
    parent = sha;
  }
  return changes;
}

/** The pull requests of a merge group, whatever they change; null among them where a commit is of none. */
export async function pullRequestsOfGroup(
  host: CodeHost,
  group: MergeGroup,
): Promise<readonly (PullRequest | null)[]> {
  const commits = await host.firstParentCommits(group.baseCommit, group.head);
  if (commits === null) return [null];
  const landing = landingPullRequests(host, group, commits);
  const found = new Map<number | null, PullRequest | null>();
  for (const { sha } of commits) {
    const pullRequest = await landing(sha);
    found.set(pullRequest?.number ?? null, pullRequest);
  }
  return [...found.values()];
}

/**
 * Answers which pull request a commit of the group would land; null where that is not known, or it does not go into
 * the group's base branch. Taken for another's, a change still needs that one's approval of the very same plan.
 */
function landingPullRequests(
  host: CodeHost,
  group: MergeGroup,
  commits: readonly BranchCommit[],
): (commit: string) => Promise<PullRequest | null> {
  let numbers: Promise<ReadonlyMap<string, number>> | null = null;
  const known = new Map<number, Promise<PullRequest | null>>();
  return async (commit) => {
    numbers ??= host.queuedCommits(group.base).then((queued) => numbersOf(commits, queued, group.branch));
    const number = (await numbers).get(commit);
    if (number === undefined) return null;
    const asked = known.get(number) ?? host.pullRequest(number);
    known.set(number, asked);
    const pullRequest = await asked;
    return pullRequest?.base === group.base ? pullRequest : null;
  };
}

/** The messages that GitHub writes for a merge and for a squash. */
const numbered = /^Merge pull request #(\d+) from |\(#(\d+)\)$/;

/**
 * The number of the pull request behind each commit: as the queue says; else as GitHub's own message says; and what is
 * left at the end is of the pull request that the group's branch is named after.
 */
export function numbersOf(
  commits: readonly BranchCommit[],
  queued: readonly QueuedCommits[],
  branch: string,
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const places = new Map(commits.map(({ sha }, place) => [sha, place]));
  for (const { pullRequest, base, head } of queued) {
    const last = places.get(head);
    if (last === undefined) continue;
    const first = (places.get(base) ?? -1) + 1;
    for (const { sha } of commits.slice(first, last + 1)) numbers.set(sha, pullRequest);
  }
  for (const { sha, message } of commits) {
    const [, merged, squashed] = numbered.exec(message.split('\n')[0] ?? '') ?? [];
    const number = merged ?? squashed;
    if (!numbers.has(sha) && number !== undefined) numbers.set(sha, Number(number));
  }
  const named = partsOfQueueBranch(branch)?.pullRequest;
  for (const { sha } of commits.toReversed()) {
    if (named === undefined || numbers.has(sha)) break;
    numbers.set(sha, named);
  }
  return numbers;
}
