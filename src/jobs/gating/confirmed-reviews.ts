import type { Review } from '../../domain/gate.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { isBotLogin } from '../../gate/rights.ts';
import type { Tools } from '../tools.ts';

/** What was agreed to by `/confirm`, as reviews of that very plan. */
export async function confirmedReviews(
  { records }: Pick<Tools, 'records'>,
  key: EnvironmentKey,
  digest: string,
  change: string,
): Promise<readonly Review[]> {
  const confirmations = await records.confirmationsOf(key, digest, change);
  return confirmations.map(({ login, issue, severity, at }, index) => ({
    // Reviews have ids of GitHub's, from 1 on.
    id: -1 - index,
    login,
    isBot: isBotLogin(login),
    state: 'approved',
    commit: null,
    digest,
    severity,
    submittedAt: at,
    confirmedOn: issue,
  }));
}
