import type { ChangeRecord, RollbackRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import type { Tools } from '../tools.ts';
import { lastThatRan } from './taken-back.ts';

/**
 * What was taken back there before this rollback, stands in the branch still as it was dealt with, and has no open
 * revert: one that did not come to its end has none, and somebody may have closed another's. The revert of this one
 * takes it out as well, or nothing would. Newest first.
 */
export async function takenBackBefore(
  { key, host, policy, settings }: Environment,
  { migrations }: Pick<RollbackRecord, 'migrations'>,
  tools: Pick<Tools, 'records' | 'targets'>,
): Promise<readonly string[]> {
  const { gone } = await tools.targets.read(key, settings);
  const back = gone.filter(({ name, direction }) => direction === 'down' && !migrations.includes(name));
  const from = back.length === 0 ? null : await tools.records.reconciledCommit(key);
  if (from === null) return [];
  const then = blobsByName(await host.list(from, settings.directory), settings);
  const now = blobsByName(await host.list(policy.branch, settings.directory), settings);
  const standing = back
    .map(({ name }) => name)
    .filter((name) => now.has(name) && now.get(name) === then.get(name));
  const left = new Set(standing);
  for (const rollback of await tools.records.rollbacksIn(key, standing)) {
    if (!(await hasRevert(rollback, host))) continue;
    for (const name of takenOut(rollback)) left.delete(name);
  }
  const order = [...now.keys()];
  return [...left].sort((one, other) => order.indexOf(other) - order.indexOf(one));
}

/** Of one that came to its end it is opened in a moment, where it is not yet. */
async function hasRevert(
  { status, revertPullRequest }: RollbackRecord,
  host: Environment['host'],
): Promise<boolean> {
  if (revertPullRequest === null) return status === 'done';
  return (await host.pullRequest(revertPullRequest))?.state === 'open';
}

/** All that the revert of a rollback takes out of the branch. */
export function takenOut({
  migrations,
  before,
}: Pick<RollbackRecord, 'migrations' | 'before'>): readonly string[] {
  return [...migrations, ...before];
}

/**
 * The last commit that brought any of that, whose folder holds all of it as it ran; null where none is known. What was
 * taken back before may have come after what is taken back now. `changes` are newest first.
 */
export function lastBrought(
  changes: readonly ChangeRecord[],
  record: Pick<RollbackRecord, 'migrations' | 'before'>,
): string | null {
  return lastThatRan(changes, takenOut(record))[0]?.commit ?? null;
}
