import type pg from 'pg';
import type { StepOutcome } from '../../domain/apply.ts';
import { failureOf, type Failure } from '../failure.ts';
import { isAlreadySo } from './bookkeeping.ts';
import type { TargetConnection } from './connect.ts';
import { done, failed, inDoubt, type Run, type RunContext } from './run-context.ts';

/** A transaction with all written down, about to be committed. */
export interface OpenTransaction {
  /** `pg_current_xact_id()`. */
  readonly id: string;
  readonly durationMs: number;
  /** Statements that stand whatever becomes of it. */
  readonly statementsDone: number;
}

/** Commits; where the answer is lost, asks the target on a new connection what became of it. */
export async function commit(
  connection: TargetConnection,
  context: RunContext,
  run: Run,
  transaction: OpenTransaction,
): Promise<StepOutcome> {
  const at = { statement: null, done: transaction.statementsDone };
  try {
    const { command } = await connection.client.query('COMMIT');
    if (command === 'COMMIT') return done(run.step, transaction.durationMs);
    return failed(run.step, { message: 'The server rolled back at COMMIT.', sqlState: '40000' }, at);
  } catch (error) {
    const failure = failureOf(error, connection.secrets);
    if (!failure.connectionLost) return failed(run.step, failure, at);
    context.log.warn(
      { migration: run.step.migration, error: failure.message },
      'the answer to COMMIT was lost; asking the target',
    );
    return askUntilAnswered(context, run, transaction, failure);
  }
}

async function askUntilAnswered(
  context: RunContext,
  run: Run,
  transaction: OpenTransaction,
  failure: Failure,
): Promise<StepOutcome> {
  const pauseMs = 500;
  let words = failure.message;
  for (let waitedMs = 0; waitedMs <= context.limits.commitQuestion; waitedMs += pauseMs) {
    try {
      const committed = await hasCommitted(context, run, transaction);
      if (committed) return done(run.step, transaction.durationMs);
      return failed(
        run.step,
        {
          message: `${failure.message}\nThe target says that the transaction did not commit.`,
          sqlState: failure.sqlState,
        },
        { statement: null, done: transaction.statementsDone },
      );
    } catch (error) {
      words = failureOf(error).message;
      await context.wait(pauseMs);
    }
  }
  return inDoubt(
    run.step,
    `The connection broke at COMMIT (${failure.message}), and the target could not be asked what became of it: ${words}`,
  );
}

/**
 * The lost session held the fence's row, so taking that row waits until its transaction has ended one way or the
 * other. Then its status is asked, and where the server does not know the transaction (another server took over),
 * the history row that it would have written.
 */
async function hasCommitted(context: RunContext, run: Run, transaction: OpenTransaction): Promise<boolean> {
  const { client } = await context.session.clean();
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${context.limits.lock}`);
    await client.query('SELECT token FROM tidegate.fence FOR UPDATE');
    const written = await isAlreadySo(client, context.history, run.step);
    const status = await transactionStatus(client, transaction.id);
    // What leaves the history alone leaves nothing there to tell it by.
    if (status === null && run.step.beside === true) throw new Error('the server knows no such transaction');
    return status === null ? written : status === 'committed';
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

/** Null where the server does not know the transaction: too long ago, or never seen by a server that took over. */
async function transactionStatus(client: pg.Client, id: string): Promise<string | null> {
  await client.query('SAVEPOINT status');
  try {
    const { rows } = await client.query<{ status: string | null }>(
      'SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8) AS status',
      [id],
    );
    return rows[0]?.status ?? null;
  } catch (error) {
    if (failureOf(error).connectionLost) throw error;
    await client.query('ROLLBACK TO SAVEPOINT status');
    return null;
  }
}
