import { migrationRows, type MigrationRow } from '../domain/status.ts';
import { environmentsAbove } from '../domain/promotion-order.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { StatusRow } from '../report/reply-view.ts';
import { environmentStatus, runKey, type EnvironmentStatus } from './environment-status.ts';
import { namesToRun } from './planning/run-elsewhere.ts';
import type { Setup } from './setup.ts';
import type { Tools } from './tools.ts';

type StatusTools = Pick<Tools, 'records' | 'targets' | 'cache'>;
type ReadySetup = Extract<Setup, { kind: 'ready' }>;

export interface RepositoryStatus {
  readonly environments: readonly StatusRow[];
  /** Of the environments whose databases could be asked. */
  readonly migrations: readonly MigrationRow[];
}

/** How every environment of a repository stands, and every migration in it, asked anew. */
export async function repositoryStatus(
  host: CodeHost,
  setup: ReadySetup,
  tools: StatusTools,
): Promise<RepositoryStatus> {
  const actors = await whoApplied(host, tools);
  const drifts = await tools.records.drifts(host.repository.id);
  const found = await Promise.all(
    setup.environments.map((policy) => environmentStatus(host, setup, policy, { actors, drifts }, tools)),
  );
  return {
    environments: await Promise.all(
      found.map(async (one) => ({ ...one.row, behind: await behindOf(host, one, found, setup, tools) })),
    ),
    migrations: migrationRows(found.flatMap(({ migrations }) => migrations ?? [])),
  };
}

/** What has run on environments that come later and not here, though nothing says that it is for elsewhere. */
async function behindOf(
  host: CodeHost,
  { row, migrations }: EnvironmentStatus,
  found: readonly EnvironmentStatus[],
  { environments, settings }: ReadySetup,
  tools: StatusTools,
): Promise<StatusRow['behind']> {
  if (migrations === null) return [];
  const applied = new Set(migrations.ran.keys());
  const place = { environment: row.environment, settings, applied };
  const behind = await Promise.all(
    environmentsAbove(row.environment, environments).map(async ({ name }) => {
      const above = found.find((one) => one.row.environment === name);
      if (above === undefined || above.migrations === null) return [];
      const { ran } = above.migrations;
      const lacking = (await namesToRun(host, above.folder, place, tools)).filter((one) => ran.has(one));
      return lacking.length === 0 ? [] : [{ environment: name, migrations: lacking }];
    }),
  );
  return behind.flat();
}

/** By environment and migration, whoever had it run there last. */
async function whoApplied(
  host: CodeHost,
  { records }: Pick<Tools, 'records'>,
): Promise<ReadonlyMap<string, string>> {
  const runs = await records.lastRuns(host.repository.id);
  return new Map(runs.map(({ environment, migration, actor }) => [runKey(environment, migration), actor]));
}
