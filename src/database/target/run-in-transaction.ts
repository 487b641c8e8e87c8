import type pg from 'pg';
import type { StepOutcome } from '../../domain/apply.ts';
import { failureOf } from '../failure.ts';
import { isAlreadySo, writeDown } from './bookkeeping.ts';
import { commit } from './commit.ts';
import { holdFence } from './fence.ts';
import { already, failed, type Run, type RunContext } from './run-context.ts';

/** Runs a migration with its history and ledger rows in one transaction: all of it stands, or nothing. */
export async function runInTransaction(context: RunContext, run: Run): Promise<StepOutcome> {
  const connection = await context.session.clean();
  const { client } = connection;
  const at: { statement: number | null } = { statement: null };
  try {
    const id = await begin(client, context);
    if (run.step.beside !== true && (await isAlreadySo(client, context.history, run.step))) {
      await client.query('ROLLBACK');
      return already(run.step);
    }
    for (const [index, statement] of run.step.script.statements.entries()) {
      at.statement = index;
      await client.query(statement.sql);
      if (client.getTransactionStatus() !== 'T') return await escaped(client, run, index);
    }
    at.statement = null;
    const durationMs = await writeDown(client, context, run, 0);
    if ((await currentTransaction(client)) !== id) return await escaped(client, run, null);
    return await commit(connection, context, run, { id, durationMs, statementsDone: 0 });
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    return failed(run.step, failureOf(error, connection.secrets), { statement: at.statement, done: 0 });
  }
}

async function begin(client: pg.Client, context: RunContext): Promise<string> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
  await client.query(
    `SET LOCAL lock_timeout = ${context.limits.lock}; SET LOCAL statement_timeout = ${context.limits.statement}`,
  );
  await holdFence(client, context.fencingToken);
  return currentTransaction(client);
}

async function currentTransaction(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT pg_catalog.pg_current_xact_id()::text AS id');
  return rows[0]?.id ?? '';
}

/** A statement ended the transaction that was to hold it: what ran before it may stand, without a history row. */
async function escaped(client: pg.Client, run: Run, statement: number | null): Promise<StepOutcome> {
  await client.query('ROLLBACK').catch(() => undefined);
  return failed(
    run.step,
    {
      message:
        'The migration ended the transaction that it runs in (COMMIT, ROLLBACK or PREPARE TRANSACTION). Statements before ' +
        'that may stand on the database, and the history does not name the migration. Look at the database, take back ' +
        'by hand what stands, and remove the transaction statement from the migration.',
      sqlState: '2D000',
    },
    { statement, done: statement ?? run.step.script.statements.length },
  );
}
