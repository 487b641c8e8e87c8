/** A change as confirmations of it are kept: its pull request, or the commit that was pushed without one. */
export function nameOfChange(pullRequest: number | null, commit: string | null): string {
  return pullRequest === null ? `commit/${commit ?? ''}` : `pull/${pullRequest}`;
}

/** Stands for the pull request's number where the plan of a change that came without one is kept: GitHub counts from 1. */
export const withoutPullRequest = 0;
