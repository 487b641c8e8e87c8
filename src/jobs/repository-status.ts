import { migrationRows, type EnvironmentMigrations, type MigrationRow } from '../domain/status.ts';
import { environmentsAbove } from '../domain/promotion-order.ts';
import { localTime } from '../domain/window.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { TargetUnavailable, type TargetState } from '../ports/target.ts';
import type { DriftRecord } from '../ports/records.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { Tree } from '../ports/tree.ts';
import type { StatusRow } from '../report/reply-view.ts';
import { turnOf } from './applying/turn.ts';
import { namesToRun } from './planning/run-elsewhere.ts';
import { blobsByName } from './planning/named-migrations.ts';
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

interface Found {
  readonly row: Omit<StatusRow, 'behind'>;
  /** Null where the database could not be asked. */
  readonly migrations: EnvironmentMigrations | null;
  readonly folder: Tree;
}

/** What has run on environments that come later and not here, though nothing says that it is for elsewhere. */
async function behindOf(
  host: CodeHost,
  { row, migrations }: Found,
  found: readonly Found[],
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

/** What the records say of all environments. */
interface Noted {
  readonly actors: ReadonlyMap<string, string>;
  readonly drifts: ReadonlyMap<string, DriftRecord>;
}

function driftOf(record: DriftRecord | undefined): StatusRow['drift'] {
  if (record?.finding.kind !== 'drift') return null;
  const { finding, since, issue } = record;
  return { objects: finding.changes.map(({ kind, name, change }) => ({ kind, name, change })), since, issue };
}

async function environmentStatus(
  host: CodeHost,
  setup: ReadySetup,
  policy: EnvironmentPolicy,
  { actors, drifts }: Noted,
  tools: StatusTools,
): Promise<Found> {
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const [waiting] = await tools.records.waitingChanges(key);
  const hold = await tools.records.hold(key);
  const known = {
    environment: policy.name,
    branch: policy.branch,
    protected: policy.protected,
    hold,
    drift: driftOf(drifts.get(policy.name)),
    ...(waiting === undefined ? {} : { waitsUntil: localTime(waiting.opening) }),
  };
  const nothing = (unavailable: string): Found => ({
    row: { ...known, applied: null, latest: null, pending: [], unavailable },
    migrations: null,
    folder: { kind: 'missing' },
  });
  if (!tools.targets.has(key)) return nothing('the server configuration names no database for it');
  try {
    const state = await tools.targets.read(key, setup.settings);
    const folder = await host.list(policy.branch, setup.settings.directory);
    const ran = runsOf(policy.name, state, actors);
    const applied = new Set(ran.keys());
    const place = { environment: policy.name, settings: setup.settings, applied };
    const pending = await namesToRun(host, folder, place, tools);
    const held = [...blobsByName(folder, setup.settings).keys()].filter((name) => applied.has(name));
    const wanted = new Set([...held, ...pending]);
    const waitsFor = hold === null ? await waitsForOf(host, setup, policy, pending, tools) : undefined;
    return {
      row: {
        ...known,
        ...(waitsFor === undefined ? {} : { waitsFor }),
        applied: state.history.length,
        latest: state.history.at(-1)?.name ?? null,
        pending,
        unavailable: null,
      },
      migrations: { environment: policy.name, isHeld: hold !== null, ran, wanted },
      folder,
    };
  } catch (error) {
    if (error instanceof TargetUnavailable) return nothing(error.message);
    throw error;
  }
}

/** For which environment of its branch what is pending waits; undefined where it is its turn, or is in a moment. */
async function waitsForOf(
  host: CodeHost,
  { environments }: ReadySetup,
  policy: EnvironmentPolicy,
  pending: readonly string[],
  tools: StatusTools,
): Promise<StatusRow['waitsFor']> {
  if (policy.after === undefined || pending.length === 0) return undefined;
  const commit = await host.branchHead(policy.branch);
  if (commit === null) return undefined;
  const turn = await turnOf(host, policy, environments, { commit, migrations: pending }, tools);
  if (turn.kind === 'now' || turn.why === null) return undefined;
  return { before: turn.before, why: turn.why, issue: turn.issue };
}

function runsOf(
  environment: string,
  { history, ledger }: TargetState,
  actors: ReadonlyMap<string, string>,
): EnvironmentMigrations['ran'] {
  const kept = new Map(ledger.map((entry) => [entry.name, entry]));
  return new Map(
    history.map(({ name, runOn }) => [
      name,
      {
        at: runOn,
        by: actors.get(runKey(environment, name)) ?? null,
        pullRequest: kept.get(name)?.pullRequest ?? null,
      },
    ]),
  );
}

/** By environment and migration, whoever had it run there last. */
async function whoApplied(
  host: CodeHost,
  { records }: Pick<Tools, 'records'>,
): Promise<ReadonlyMap<string, string>> {
  const runs = await records.lastRuns(host.repository.id);
  return new Map(runs.map(({ environment, migration, actor }) => [runKey(environment, migration), actor]));
}

function runKey(environment: string, migration: string): string {
  return `${environment} ${migration}`;
}
