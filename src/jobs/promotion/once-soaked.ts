import type { Plan } from '../../domain/plan.ts';
import { soaksIn } from '../../domain/promotion.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';
import { secondsOf } from './refuse-promotion.ts';

/** Has a pull request looked at again when the next of its migrations has stood long enough where it is promoted from. */
export async function onceSoaked(
  { repository }: Pick<CodeHost, 'repository'>,
  { number }: PullRequest,
  { promotion }: Plan,
  { queue }: Pick<Tools, 'queue'>,
): Promise<void> {
  const waitMs = promotion === undefined ? null : soaksIn(promotion);
  if (waitMs === null) return;
  const reason = 'a migration of it has stood long enough where it is promoted from';
  // A second more, so that the look does not come before the moment: each is by another clock.
  const afterSeconds = secondsOf(waitMs) + 1;
  await queue.enqueue(
    { kind: 'gate', repositoryId: repository.id, pullRequest: number, reason },
    { afterSeconds },
  );
}
