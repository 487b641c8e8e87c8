import { isSameLogin } from '../../gate/rights.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Asked } from './replies.ts';

/**
 * Whether who confirmed has asked for changes since, by GitHub's own clock: a comment can be heard late, and does not
 * take back what the same person said after it.
 */
export async function hasSaidOtherwise(
  host: CodeHost,
  pullRequest: PullRequest | null,
  { actor, writtenAt }: Asked,
): Promise<boolean> {
  if (pullRequest === null || writtenAt === undefined) return false;
  const reviews = pullRequest.reviews ?? (await host.reviews(pullRequest.number));
  return reviews.some(
    ({ login, state, submittedAt }) =>
      isSameLogin(login, actor) &&
      state === 'changes-requested' &&
      submittedAt.getTime() >= Date.parse(writtenAt),
  );
}

export const saidOtherwise =
  'You have asked for changes since this was written. Approve the pull request, or comment `/confirm` again, where that is settled.';
