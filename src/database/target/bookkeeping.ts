import type pg from 'pg';
import type { ApplyStep } from '../../domain/apply.ts';
import { addToHistory, isInHistory, removeFromHistory, type HistoryTable } from './history-table.ts';
import { addToLedger } from './ledger.ts';
import type { Run, RunContext } from './run-context.ts';

/** Up and in the history, or down and not in it: there is nothing to run. */
export async function isAlreadySo(
  client: pg.Client,
  history: HistoryTable,
  step: ApplyStep,
): Promise<boolean> {
  return (await isInHistory(client, history, step.migration)) === (step.direction === 'up');
}

/**
 * Writes history and ledger, in the open transaction. Before that, constraints that the migration deferred are
 * checked while its own session still stands, and then what it set on the session is taken back: `run_on` has no
 * time zone, so it must be written in the session's own.
 */
export async function writeDown(
  client: pg.Client,
  context: RunContext,
  run: Run,
  earlierMs: number,
): Promise<number> {
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  await client.query(
    'RESET SESSION AUTHORIZATION; RESET ROLE; RESET TimeZone; SET LOCAL search_path TO pg_catalog',
  );
  const historyId = await moveHistory(client, context.history, run.step);
  return addToLedger(client, {
    history: context.history,
    step: run.step,
    origin: run.origin,
    fencingToken: context.fencingToken,
    historyId,
    earlierMs,
  });
}

async function moveHistory(
  client: pg.Client,
  history: HistoryTable,
  step: ApplyStep,
): Promise<number | null> {
  if (step.direction === 'up') return addToHistory(client, history, step.migration);
  await removeFromHistory(client, history, step.migration);
  return null;
}
