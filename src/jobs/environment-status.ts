import type { EnvironmentMigrations } from '../domain/status.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { localTime } from '../domain/window.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { DriftRecord } from '../ports/record-rows.ts';
import { TargetUnavailable, type TargetState } from '../ports/target.ts';
import type { Tree } from '../ports/tree.ts';
import type { StatusRow } from '../report/reply-view.ts';
import { blobsByName } from './planning/named-migrations.ts';
import { namesToRun } from './planning/run-elsewhere.ts';
import { turnOf } from './applying/turn.ts';
import type { Setup } from './setup.ts';
import type { Tools } from './tools.ts';

type ReadySetup = Extract<Setup, { kind: 'ready' }>;
type StatusTools = Pick<Tools, 'records' | 'targets' | 'cache'>;

/** How one environment stands, without what it is behind by. */
export interface EnvironmentStatus {
  readonly row: Omit<StatusRow, 'behind'>;
  /** Null where the database could not be asked. */
  readonly migrations: EnvironmentMigrations | null;
  readonly folder: Tree;
}

/** What the records say of all environments. */
export interface Noted {
  readonly actors: ReadonlyMap<string, string>;
  readonly drifts: ReadonlyMap<string, DriftRecord>;
}

function driftOf(record: DriftRecord | undefined): StatusRow['drift'] {
  if (record?.finding.kind !== 'drift') return null;
  const { finding, since, issue } = record;
  return { objects: finding.changes.map(({ kind, name, change }) => ({ kind, name, change })), since, issue };
}

/** How an environment stands, asked anew; a database that is away is said to be so. */
export async function environmentStatus(
  host: CodeHost,
  setup: ReadySetup,
  policy: EnvironmentPolicy,
  { actors, drifts }: Noted,
  tools: StatusTools,
): Promise<EnvironmentStatus> {
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
  const nothing = (unavailable: string): EnvironmentStatus => ({
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

/** Whose run of a migration it was, as `Noted.actors` has it. */
export function runKey(environment: string, migration: string): string {
  return `${environment} ${migration}`;
}
