import type { GoneRun } from '../../domain/history.ts';
import type { RevertedMigration, TakenBackHere } from '../../domain/promotion.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { MigrationEnd, RollbackRecord } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

/** What is to be compared: checksums of files by migration, and what a target knows of those that ran there once. */
export interface ComparedFiles {
  readonly checksums: ReadonlyMap<string, string>;
  readonly gone: readonly GoneRun[];
}

const nothingCompared: ComparedFiles = { checksums: new Map(), gone: [] };

/** How those of these migrations were taken back that were rolled back in an environment and have not run since. */
export async function takenBackHere(
  key: EnvironmentKey,
  names: readonly string[],
  { records }: Pick<Tools, 'records'>,
  compared: ComparedFiles = nothingCompared,
): Promise<ReadonlyMap<string, TakenBackHere>> {
  if (names.length === 0) return new Map();
  const ends = await records.lastEnds(key, names);
  const taken = ends.filter(({ action }) => action === 'rolled-back');
  if (taken.length === 0) return new Map();
  const migrations = taken.map(({ migration }) => migration);
  const rollbacks = await records.rollbacksIn(key, migrations);
  return new Map(
    taken.map((end) => [
      end.migration,
      { ...howTaken(end, rollbacks), ...contentOf(end.migration, compared) },
    ]),
  );
}

/** A rollback's own row names what it took back, not what took the file out of the branch. */
function howTaken(end: MigrationEnd, rollbacks: readonly RollbackRecord[]): TakenBackHere {
  const at = end.at.toISOString();
  const rollback = rollbacks.find(
    ({ migrations, digest }) => migrations.includes(end.migration) && digest === end.digest,
  );
  if (rollback === undefined) return { pullRequest: end.pullRequest, at };
  const asked = { login: rollback.requester, number: rollback.pullRequest };
  // One that did not come to its end has no revert: the next one's takes it out.
  const next = rollbacks.find(({ id, before }) => id > rollback.id && before.includes(end.migration));
  return { pullRequest: rollback.revertPullRequest ?? next?.revertPullRequest ?? null, at, asked };
}

function contentOf(
  migration: string,
  { checksums, gone }: ComparedFiles,
): Pick<TakenBackHere, 'isSameContent'> {
  const file = checksums.get(migration);
  const ran = gone.find(({ name }) => name === migration)?.checksum ?? null;
  return file === undefined || ran === null ? {} : { isSameContent: file === ran };
}

/** Which pull request took each of them out of the branch: the revert of a rollback, or one that removed the file. */
export async function takenOutBy(
  key: EnvironmentKey,
  names: readonly string[],
  tools: Pick<Tools, 'records'>,
  compared: ComparedFiles = nothingCompared,
): Promise<readonly RevertedMigration[]> {
  const taken = await takenBackHere(key, names, tools, compared);
  return names.map((migration) => ({ migration, ...(taken.get(migration) ?? { pullRequest: null }) }));
}
