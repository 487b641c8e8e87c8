import type { RecordedMigration } from '../domain/history.ts';
import type { TargetState } from '../ports/target.ts';

/** The history, each row with what the ledger knows of it. */
export function recordedOf(state: TargetState): readonly RecordedMigration[] {
  const ledger = new Map(state.ledger.map((entry) => [entry.name, entry]));
  return state.history.map(({ name }) => ({ name, ledger: ledger.get(name) ?? null }));
}
