import type { RecordedMigration } from '../../domain/history.ts';
import type { MigrationFile } from '../../domain/migration.ts';
import { compareMigrationNames } from '../../migrations/order.ts';
import { BaselineHash, type BaselineStep } from '../../shadow/baseline-request.ts';

/**
 * The beginning of a branch that its database has run, file by file and in order. However long it is, a change
 * that leaves it alone is planned without looking at it.
 */
export interface Settled {
  readonly names: readonly string[];
  readonly hash: BaselineHash;
}

export interface SettledInput {
  readonly base: readonly MigrationFile[];
  readonly actual: readonly RecordedMigration[];
  /** Of files that the ledger knows. */
  readonly checksums: ReadonlyMap<string, string>;
  readonly mark: (name: string) => string;
}

/** Finds how far branch and history are the same. */
export function findSettled({ base, actual, checksums, mark }: SettledInput): Settled {
  const names: string[] = [];
  const hash = new BaselineHash();
  for (const [at, { name, ledger }] of actual.entries()) {
    const last = names.at(-1);
    const isOrdered = last === undefined || compareMigrationNames(last, name) < 0;
    const isUnedited = ledger === null || checksums.get(name) === ledger.checksum;
    if (base[at]?.name !== name || !isOrdered || !isUnedited) break;
    names.push(name);
    hash.add({ name, mark: mark(name) });
  }
  return { names, hash };
}

/**
 * How many migrations need no look, given what a change makes of the folder: all settled ones where the change
 * leaves them alone and nothing later comes before them, else none.
 */
export function settledCount(
  { names }: Settled,
  base: readonly MigrationFile[],
  desired: readonly MigrationFile[],
  actual: readonly RecordedMigration[],
): number {
  const last = names.at(-1);
  if (last === undefined) return 0;
  const isUntouched = names.every((name, at) => {
    const [before, after] = [base[at], desired[at]];
    return before === after || (after?.name === name && after.blob === before?.blob);
  });
  if (!isUntouched) return 0;
  const isLast = actual.slice(names.length).every(({ name }) => compareMigrationNames(last, name) < 0);
  return isLast ? names.length : 0;
}

/** The digest of a baseline that begins with what is settled. */
export function digestAfter({ hash }: Settled, rest: readonly BaselineStep[]): string {
  return rest.reduce((all, step) => all.add(step), hash.copy()).digest();
}
