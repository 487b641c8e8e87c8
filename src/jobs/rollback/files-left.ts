import type { Hold } from '../../domain/hold.ts';
import { discoverMigrations } from '../../migrations/discover.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import { takenOut } from './taken-back-before.ts';
import type { Environment } from '../environment.ts';

/**
 * Paths of those of the rolled-back migrations that the branch still holds as they ran. What is gone from it, or was
 * written anew since, is nothing that a revert has to take out. Null where the folder could not be listed whole.
 */
export async function filesLeft(
  { host, policy, settings }: Environment,
  record: Pick<RollbackRecord, 'migrations' | 'before'>,
  { commit }: Pick<Hold, 'commit'>,
): Promise<readonly string[] | null> {
  const now = await host.list(policy.branch, settings.directory);
  if (now.kind !== 'found') return now.kind === 'truncated' ? null : [];
  const blobs = blobsByName(now, settings);
  const ran = commit === null ? blobs : blobsByName(await host.list(commit, settings.directory), settings);
  const left = takenOut(record).filter((name) => blobs.has(name) && blobs.get(name) === ran.get(name));
  return discoverMigrations(now.entries, settings)
    .migrations.filter(({ name }) => left.includes(name))
    .map(({ path }) => path);
}
