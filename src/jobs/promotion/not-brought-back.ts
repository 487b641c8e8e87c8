import type { MigrationSettings } from '../../domain/migration.ts';
import type { Change } from '../planning/change.ts';
import { blobsByName } from '../planning/named-migrations.ts';

/**
 * Names of what a pull request's branch holds and a merge does not bring, since it was merged before and taken out of
 * the base branch after that: for Git that is a change of the base's, and it stands. Where the branch is one that is
 * promoted from (`isFromBelow`) that is all of it; else only what was changed there since, which Git does not merge.
 */
export function notBroughtBack(
  { base, before, head }: Pick<Change, 'base' | 'before' | 'head'>,
  settings: MigrationSettings,
  isFromBelow: boolean,
): readonly string[] {
  const [merged, standing] = [blobsByName(before, settings), blobsByName(base, settings)];
  return [...blobsByName(head, settings)]
    .filter(([name, blob]) => merged.has(name) && (isFromBelow || merged.get(name) !== blob))
    .flatMap(([name]) => (standing.has(name) ? [] : [name]));
}
