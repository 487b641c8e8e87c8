import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { takenOut } from './taken-back-before.ts';

/**
 * The open revert of the same migrations that another environment of the same branch has, which is this one's as well:
 * one pull request takes them out of the branch. Null where there is none.
 */
export async function revertBeside(
  { key, host, policy }: Environment,
  record: Pick<RollbackRecord, 'migrations' | 'before'>,
  { records }: Pick<Tools, 'records'>,
): Promise<number | null> {
  for (const environment of policy.beside ?? []) {
    const others = await records.rollbacksIn({ ...key, environment }, takenOut(record));
    for (const other of others) {
      const { revertPullRequest } = other;
      if (revertPullRequest === null || !isSame(takenOut(other), takenOut(record))) continue;
      if ((await host.pullRequest(revertPullRequest))?.state === 'open') return revertPullRequest;
    }
  }
  return null;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
