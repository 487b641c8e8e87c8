import type { MigrationSettings } from '../../domain/migration.ts';
import type { Problem } from '../../domain/problem.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Tree } from '../../ports/tree.ts';
import { overlay } from './overlay.ts';

/** What a pull request would make of the migrations folder. */
export interface Change {
  /** The folder on the base branch. */
  readonly base: Tree;
  /** The folder after the merge; the base's own where it cannot be merged. */
  readonly desired: Tree;
  /** The folder where the two parted. */
  readonly before: Tree;
  /** The folder on the pull request's own branch. */
  readonly head: Tree;
  readonly problems: readonly Problem[];
}

/** Reads the folder on both sides of a pull request and merges it; onto `onto`, where it does not stand on its base. */
export async function readChange(
  host: CodeHost,
  pullRequest: PullRequest,
  settings: MigrationSettings,
  onto?: Tree,
): Promise<Change> {
  const ancestor = await host.mergeBase(pullRequest.baseCommit, pullRequest.head);
  const [before, base, head] = await Promise.all([
    ancestor === null ? nothing : host.list(ancestor, settings.directory),
    onto ?? host.list(pullRequest.baseCommit, settings.directory),
    host.list(pullRequest.head, settings.directory),
  ]);
  const merged = overlay(before, base, head);
  if (merged.kind === 'conflict') {
    return { base, desired: base, before, head, problems: [conflict(pullRequest, merged.paths)] };
  }
  const problems = onto === undefined && pullRequest.mergeable === false ? [conflict(pullRequest, [])] : [];
  return { base, desired: merged.tree, before, head, problems };
}

const nothing: Tree = { kind: 'missing' };

function conflict({ base, headBranch }: PullRequest, paths: readonly string[]): Problem {
  const where = paths.length > 0 ? ` (${paths.join(', ')})` : '';
  return {
    code: 'merge-conflict',
    message:
      `${headBranch} was expected to merge into ${base}, but both changed the same places${where}. ` +
      `Merge ${base} into ${headBranch}, resolve the conflict and push.`,
  };
}
