import type { GoneRun } from '../../domain/history.ts';
import type { TargetState } from '../../ports/target.ts';
import type { ChangeRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import type { HoldRequest } from './holds.ts';
import { listed } from '../../plan/names-in-words.ts';

interface Sides {
  /** The branch's migrations up to which its changes have been dealt with, by name, each with its blob. */
  readonly then: ReadonlyMap<string, string>;
  /** The branch's migrations as they are. */
  readonly now: ReadonlyMap<string, string>;
  /** Those of them that are to run here and have not. */
  readonly open: readonly string[];
  readonly state: TargetState;
}

/** Where no change of its own is known, whoever asked says what it is about. */
export type FoundHold = Pick<HoldRequest, 'reason' | 'message' | 'migrations' | 'waysOut'> &
  Partial<Pick<HoldRequest, 'commit' | 'pullRequest'>>;

/**
 * What was dealt with, is in the branch as it was then, and is not in the target's history: a hold that says how it
 * comes about that it is gone; null where nothing is.
 */
export async function lostHistory(
  environment: Environment,
  { then, now, open, state }: Sides,
  tools: Pick<Tools, 'records' | 'targets'>,
): Promise<FoundHold | null> {
  const missing = open.filter((name) => then.has(name) && then.get(name) === now.get(name));
  if (missing.length === 0) return null;
  const changes = await tools.records.changesOf(environment.key);
  const known = new Map(state.gone.map((run) => [run.name, run]));
  const lost = missing.filter((name) => known.get(name)?.direction !== 'down');
  return lost.length === 0
    ? takenBack(environment, missing, changes)
    : lostRows(environment, { missing, lost, state }, changes, tools);
}

/** A rollback's own hold has made room for another one since, and that has ended. */
function takenBack(
  { policy }: Environment,
  migrations: readonly string[],
  changes: readonly ChangeRecord[],
): FoundHold {
  const names = listOf(migrations);
  const message = `${names} is taken back on ${policy.name}; the branch still holds that.`;
  const [last] = changes.filter((change) => change.migrations.some((name) => migrations.includes(name)));
  const about = last === undefined ? {} : { commit: last.commit, pullRequest: last.pullRequest };
  return { reason: 'rolled-back', message, migrations, ...about };
}

interface Lost {
  readonly missing: readonly string[];
  /** Of these, those that were not taken back. */
  readonly lost: readonly string[];
  readonly state: TargetState;
}

function lostRows(
  { policy: { name: environment }, settings }: Environment,
  { missing, lost, state }: Lost,
  changes: readonly ChangeRecord[],
  { targets }: Pick<Tools, 'targets'>,
): FoundHold {
  const rows = state.gone.filter(({ name }) => lost.includes(name));
  const known = rows.map(({ name }) => name);
  const others = lost.filter((name) => !known.includes(name));
  return {
    reason: 'history-lost',
    message: [
      ...(rows.length === 0 ? [] : [rowsGone(environment, rows, state)]),
      ...(others.length === 0 ? [] : [olderState(environment, others, changes)]),
      'Nothing was run.',
    ].join(' '),
    migrations: missing,
    waysOut: [
      ...(rows.length === 0
        ? []
        : [
            `If what they did still stands, put the rows back: \`${targets.putBack(settings, state, known)}\` The hold then ends by itself.`,
          ]),
      `If what they did is gone as well: comment \`/retry ${environment}\` here, and they are run again as the gate allows it, like any other change.`,
      `Or merge a pull request that takes ${listOf(missing)} out of the branch.`,
    ],
  };
}

function rowsGone(environment: string, rows: readonly GoneRun[], { table }: TargetState): string {
  const ran = listed(rows.map(({ name, at }) => `\`${name}\` (${minuteOf(at)})`));
  const [they, theirs] = rows.length === 1 ? ['it ran', 'its row is'] : ['they ran', 'their rows are'];
  const how = table.isThere
    ? "somebody edited node-pg-migrate's table, or took it back with node-pg-migrate."
    : "node-pg-migrate's table is not there: somebody dropped or renamed it, or the rules name another.";
  return (
    `\`${environment}\` was expected to have in its history what ran there: ${ran}. By Tidegate's ledger ${they}, and ` +
    `${theirs} gone: ${how}`
  );
}

/** Neither history nor ledger knows of them: both are of an earlier time. */
function olderState(
  environment: string,
  migrations: readonly string[],
  changes: readonly ChangeRecord[],
): string {
  const names = listOf(migrations);
  const first = changes
    .filter((change) => change.migrations.some((name) => migrations.includes(name)))
    .at(-1);
  if (first === undefined) {
    return `${names} is in the branch since before, and neither the history of \`${environment}\` nor the ledger there knows of it.`;
  }
  return (
    `The database of \`${environment}\` is older than it was: ${names} ran there, and neither its history nor the ledger in ` +
    `it knows of that. It was restored from a backup of before ${minuteOf(first.at)}, or an older copy took its place.`
  );
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function listOf(migrations: readonly string[]): string {
  return listed(migrations.map((name) => `\`${name}\``));
}
