import type { ApplyOrigin, ApplyStep, StepOutcome } from '../../domain/apply.ts';
import type { LedgerEntry } from '../../domain/history.ts';
import type { Halfway, LockedTarget, TargetState } from '../../ports/target.ts';
import { failureOf, Refusal } from '../failure.ts';
import { holdFence } from './fence.ts';
import { addToHistory } from './history-table.ts';
import { clearJournal, underFence } from './journal.ts';
import { adoptIntoLedger } from './ledger.ts';
import type { MigrationLock } from './lock.ts';
import { inPinnedTransaction, readCatalogFingerprint } from './look.ts';
import { failed, type RunContext } from './run-context.ts';
import { runInTransaction } from './run-in-transaction.ts';
import { runWithJournal } from './run-with-journal.ts';
import { readState } from './state.ts';

/** Mints the proof that the lock is held. Called only by `withLock`, which holds it. */
export function lockedTarget(context: RunContext, lock: MigrationLock, versionNumber: number): LockedTarget {
  const methods = {
    fencingToken: context.fencingToken,
    state: (): Promise<TargetState> => readStateOf(context, versionNumber),
    fingerprint: (): Promise<string> => readFingerprintOf(context),
    run: (step: ApplyStep, origin: ApplyOrigin): Promise<StepOutcome> => run(context, lock, step, origin),
    forget: (halfway: readonly Halfway[]): Promise<void> => forgetHalfway(context, halfway),
    adopt: (entries: readonly LedgerEntry[]): Promise<void> => writeRows(context, entries, false),
    record: (entries: readonly LedgerEntry[]): Promise<void> => writeRows(context, entries, true),
  };
  // The brand has no value: this assertion, here alone, is what makes the type a proof.
  return methods as typeof methods & LockedTarget;
}

async function readStateOf(context: RunContext, versionNumber: number): Promise<TargetState> {
  const { client } = await context.session.clean();
  return readState(client, context.history, versionNumber);
}

async function readFingerprintOf(context: RunContext): Promise<string> {
  const { client } = await context.session.clean();
  return inPinnedTransaction(client, () => readCatalogFingerprint(client));
}

async function run(
  context: RunContext,
  lock: MigrationLock,
  step: ApplyStep,
  origin: ApplyOrigin,
): Promise<StepOutcome> {
  try {
    if (!(await lock.isHeld())) throw new Refusal(lockLost);
    if (step.adopts === true)
      return await runInTransaction(context, { step: withoutStatements(step), origin });
    const work = { step, origin };
    return step.script.transaction
      ? await runInTransaction(context, work)
      : await runWithJournal(context, work);
  } catch (error) {
    return failed(step, failureOf(error));
  }
}

/** What is there already is written down alone. */
function withoutStatements(step: ApplyStep): ApplyStep {
  return { ...step, script: { statements: [], transaction: true } };
}

const lockLost =
  'The connection that held the migration lock broke, and somebody else has the lock now. Nothing was run. ' +
  'Wait for the other migration to end, then try again.';

async function forgetHalfway(context: RunContext, halfway: readonly Halfway[]): Promise<void> {
  const { client } = await context.session.clean();
  await underFence(client, context, async () => {
    for (const { name, direction } of halfway)
      await clearJournal(client, context, { migration: name, direction });
  });
}

async function writeRows(
  context: RunContext,
  entries: readonly LedgerEntry[],
  isNew: boolean,
): Promise<void> {
  const { client } = await context.session.clean();
  await client.query('BEGIN');
  try {
    await holdFence(client, context.fencingToken);
    for (const { name } of isNew ? entries : []) await addToHistory(client, context.history, name);
    await adoptIntoLedger(client, context.history, entries, context.fencingToken);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
