import type { LostRun } from '../../domain/history.ts';
import type { TargetState } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import type { HoldRequest } from './holds.ts';

interface Sides {
  /** The branch's migrations up to which its changes have been dealt with, by name, each with its blob. */
  readonly then: ReadonlyMap<string, string>;
  /** The branch's migrations as they are. */
  readonly now: ReadonlyMap<string, string>;
  readonly state: TargetState;
}

/**
 * What was dealt with, is in the branch as it was then, and is not in the target's history: the reason of a hold that
 * says how it comes about that it is gone; null where nothing is.
 */
export async function lostHistory(
  environment: Environment,
  { then, now, state }: Sides,
  tools: Pick<Tools, 'records'>,
): Promise<Pick<HoldRequest, 'reason' | 'message' | 'migrations' | 'waysOut'> | null> {
  const { name } = environment.policy;
  const applied = new Set(state.history.map((row) => row.name));
  const missing = [...now].flatMap(([migration, blob]) =>
    then.get(migration) === blob && !applied.has(migration) ? [migration] : [],
  );
  if (missing.length === 0) return null;
  const rows = state.lost.filter((run) => missing.includes(run.name));
  const others = missing.filter((migration) => rows.every((run) => run.name !== migration));
  const since = others.length === 0 ? null : await firstAppliedAt(environment, others, tools);
  return {
    reason: 'history-lost',
    message: [
      ...(rows.length === 0 ? [] : [rowsGone(name, rows)]),
      ...(others.length === 0 ? [] : [olderState(name, others, since)]),
      'Nothing was run.',
    ].join(' '),
    migrations: missing,
    waysOut: [
      ...(rows.length === 0
        ? []
        : [
            `If what they did still stands, put the rows back: ${rows.map(({ putBack }) => `\`${putBack}\``).join(' ')} The hold then ends by itself.`,
          ]),
      `If what they did is gone as well: comment \`/retry ${name}\` here, and they are run again as the gate allows it, like any other change.`,
      `Or merge a pull request that takes ${listOf(missing)} out of the branch.`,
    ],
  };
}

function rowsGone(environment: string, rows: readonly LostRun[]): string {
  const ran = rows.map(({ name, appliedAt }) => `\`${name}\` (${minuteOf(appliedAt)})`).join(', ');
  return (
    `\`${environment}\` was expected to have in its history what ran there: ${ran}. By Tidegate's ledger it ran, and its row is ` +
    "gone: somebody edited node-pg-migrate's table, or took it back with node-pg-migrate."
  );
}

/** Neither history nor ledger knows of them: both are of an earlier time. */
function olderState(environment: string, migrations: readonly string[], since: Date | null): string {
  const names = listOf(migrations);
  if (since === null) {
    return `${names} is in the branch since before, and neither the history of \`${environment}\` nor the ledger there knows of it.`;
  }
  return (
    `The database of \`${environment}\` is older than it was: ${names} ran there, and neither its history nor the ledger in ` +
    `it knows of that. It was restored from a backup of before ${minuteOf(since)}, or an older copy took its place.`
  );
}

/** When the first of them was applied, as Tidegate's own record has it; null where it has none of them. */
async function firstAppliedAt(
  { key }: Environment,
  migrations: readonly string[],
  { records }: Pick<Tools, 'records'>,
): Promise<Date | null> {
  const changes = await records.changesOf(key);
  const found = changes.filter((change) => change.migrations.some((name) => migrations.includes(name)));
  return found.at(-1)?.at ?? null;
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function listOf(migrations: readonly string[]): string {
  return migrations.map((name) => `\`${name}\``).join(', ');
}
