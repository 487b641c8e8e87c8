import type { TargetState } from '../../ports/target.ts';

/** What stands in a target's tables. */
export type TargetRows = Pick<TargetState, 'history' | 'ledger' | 'gone' | 'table'>;

/** The rows as they were read, with the fingerprint that they had then. */
export interface KnownRows {
  readonly fingerprint: string;
  readonly rows: TargetRows;
}

/** What was read last of the targets that were read last. */
export interface RememberedRows {
  get(target: string): KnownRows | null;
  /** Null forgets. */
  keep(target: string, rows: KnownRows | null): void;
}

/** A ledger of thousands of migrations takes some megabytes. */
const kept = 8;

export function rememberRows(): RememberedRows {
  const known = new Map<string, KnownRows>();
  return {
    get: (target) => known.get(target) ?? null,
    keep(target, rows) {
      known.delete(target);
      if (rows !== null) known.set(target, rows);
      for (const old of [...known.keys()].slice(0, -kept)) known.delete(old);
    },
  };
}
