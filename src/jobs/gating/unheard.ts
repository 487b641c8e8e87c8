import { createHash } from 'node:crypto';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';

/** Where it is kept how an open pull request was when the sweep last had its gate decided. */
const place = 'sweep';
/** Also without a sign: neither the list of pull requests nor a branch shows that somebody left a team. */
const anewEveryMs = 60 * 60_000;
/** Spreads them over that time by their numbers. */
const stepMs = 7 * 60_000;
/** Within a second of what the list shows more can have happened, and the two clocks can differ. */
const restlessMs = 5_000;

/**
 * Whether something may have happened to an open pull request since this was last asked, of which no webhook told: it
 * or its base has another date or commit, an environment that takes it is under other rules, or nobody looked for an hour. It
 * costs GitHub no question, and what is true is then kept, so that it is true once.
 */
export async function mayBeUnheard(
  { number, head, base, baseCommit, updatedAt }: PullRequest,
  policies: readonly EnvironmentPolicy[],
  repositoryId: number,
  { records, clock }: Pick<Tools, 'records' | 'clock'>,
): Promise<boolean> {
  const now = clock().getTime();
  const turn = Math.floor((now + number * stepMs) / anewEveryMs);
  const seen = JSON.stringify([head, base, baseCommit, updatedAt?.getTime() ?? null, policies, turn]);
  const digest = createHash('sha256').update(seen).digest('hex');
  if (await records.isSaid(repositoryId, number, place, digest)) return false;
  const isAtRest = updatedAt === undefined || now - updatedAt.getTime() > restlessMs;
  if (isAtRest) await records.noteSaid(repositoryId, number, place, digest);
  return true;
}
