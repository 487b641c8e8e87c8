import type { MigrationSettings } from '../../domain/migration.ts';
import type { RevertedMigration } from '../../domain/promotion.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { Change } from '../planning/change.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import type { Tools } from '../tools.ts';
import { takenOutBy } from './bring-back.ts';

/**
 * What a pull request's branch holds and a merge does not bring, since it was merged before and taken out of the base
 * branch after that: for Git that is a change of the base's, and it stands.
 */
export async function notBroughtBack(
  key: EnvironmentKey,
  { base, before, head }: Pick<Change, 'base' | 'before' | 'head'>,
  settings: MigrationSettings,
  tools: Pick<Tools, 'records'>,
): Promise<readonly RevertedMigration[]> {
  const [merged, standing] = [blobsByName(before, settings), blobsByName(base, settings)];
  const names = [...blobsByName(head, settings).keys()].filter(
    (name) => merged.has(name) && !standing.has(name),
  );
  return takenOutBy(key, names, tools);
}
