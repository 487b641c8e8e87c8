import type { Targets } from '../ports/target.ts';
import type { MigrationSettings } from '../domain/migration.ts';
import { snapshotOf, type CatalogSnapshot } from '../shadow/catalog/catalog.ts';
import { readCatalogOf } from '../shadow/catalog/read-catalog.ts';
import { targetKey } from './adoption.ts';

/** The schema of a database as a shadow would have it; it is only read. Throws TargetUnavailable. */
export function readTargetSchema(
  targets: Pick<Targets, 'look'>,
  settings: MigrationSettings,
): Promise<CatalogSnapshot> {
  return targets.look(targetKey, settings, async (view) =>
    snapshotOf(await readCatalogOf((sql, values) => view.ask(sql, values), settings, view.owners)),
  );
}
