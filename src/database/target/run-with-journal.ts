import type pg from 'pg';
import type { StepOutcome } from '../../domain/apply.ts';
import type { Statement } from '../../domain/migration.ts';
import { failureOf, type Failure } from '../failure.ts';
import { isAlreadySo, writeDown } from './bookkeeping.ts';
import { commit } from './commit.ts';
import type { TargetConnection } from './connect.ts';
import { holdFence } from './fence.ts';
import { builtSince, indexWorkOf, startOfBuild } from './index-build.ts';
import {
  clearJournal,
  journalEnd,
  journalStart,
  readJournal,
  underFence,
  type JournalRow,
} from './journal.ts';
import { isForSession, remedyFor, resumeFrom, runsConcurrently } from './resume.ts';
import { already, failed, inDoubt, type Run, type RunContext } from './run-context.ts';

/**
 * Runs a migration statement by statement. Whatever PostgreSQL lets run inside a transaction gets one of its own,
 * with its journal row in it; the rest (CREATE INDEX CONCURRENTLY, VACUUM, …) is journalled before and after.
 */
export async function runWithJournal(context: RunContext, run: Run): Promise<StepOutcome> {
  const connection = await context.session.clean();
  const { client } = connection;
  if (await isAlreadySo(client, context.history, run.step)) return already(run.step);

  const { statements } = run.step.script;
  const resume = resumeFrom(await readJournal(client, context, run.step), statements);
  if (resume.kind === 'stop') return failed(run.step, { message: resume.message, sqlState: null });
  let from = resume.from;
  if (resume.interrupted !== null) {
    const settled = await settle(connection, context, run, resume.interrupted, from);
    if (typeof settled !== 'number') return settled;
    from = settled;
  }
  for (const [index, statement] of statements.entries()) {
    if (index < from && !isForSession(statement.sql)) continue;
    const failure = await runStatement(connection, context, run, statement, index);
    if (failure !== null) return failed(run.step, failure, { statement: index, done: Math.max(index, from) });
  }
  return finish(connection, context, run);
}

/** Puts right what the statement at `from` left; returns where to go on, or an outcome that ends the run. */
async function settle(
  connection: TargetConnection,
  context: RunContext,
  run: Run,
  row: JournalRow,
  from: number,
): Promise<number | StepOutcome> {
  const { client } = connection;
  const statement = run.step.script.statements[row.statement];
  if (statement === undefined) return from;
  const built = row.build === null ? [] : await builtSince(client, row.build);
  const remedy = remedyFor(row, statement, await indexWorkOf(statement.sql), built);
  switch (remedy.kind) {
    case 'run':
      return from;
    case 'count-as-done':
      await underFence(client, context, () => journalEnd(client, context, run, row.statement, 'done'));
      return from + 1;
    case 'drop-then-run': {
      const failure = await dropIndexes(connection, context, remedy.indexes);
      return failure === null ? from : failed(run.step, failure, { statement: row.statement, done: from });
    }
    case 'in-doubt':
      return inDoubt(run.step, remedy.message);
  }
}

async function dropIndexes(
  { client, secrets }: TargetConnection,
  context: RunContext,
  indexes: readonly string[],
): Promise<Failure | null> {
  try {
    await underFence(client, context, () => Promise.resolve());
    await limit(client, context, 'DROP INDEX CONCURRENTLY');
    context.log.info({ indexes }, 'dropping the invalid index that an earlier try left');
    for (const index of indexes) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
    return null;
  } catch (error) {
    return failureOf(error, secrets);
  }
}

async function runStatement(
  connection: TargetConnection,
  context: RunContext,
  run: Run,
  statement: Statement,
  index: number,
): Promise<Failure | null> {
  try {
    await limit(connection.client, context, statement.sql);
    if (!(await runInItsOwnTransaction(connection.client, context, run, statement, index))) {
      await runBare(connection.client, context, run, statement, index);
    }
    return null;
  } catch (error) {
    return failureOf(error, connection.secrets);
  }
}

async function limit(client: pg.Client, context: RunContext, sql: string): Promise<void> {
  const { limits } = context;
  await client.query(
    `SET lock_timeout = ${runsConcurrently(sql) ? limits.concurrentLock : limits.lock}; ` +
      `SET statement_timeout = ${limits.longStatement}`,
  );
}

// 25001 active_sql_transaction: "cannot run inside a transaction block"; 2D000: a procedure that commits.
const refusesTransactions = new Set(['25001', '2D000']);

/** False where PostgreSQL refuses to run it inside a transaction; nothing has happened then. */
async function runInItsOwnTransaction(
  client: pg.Client,
  context: RunContext,
  run: Run,
  { sql }: Statement,
  index: number,
): Promise<boolean> {
  try {
    await underFence(client, context, async () => {
      await journalStart(client, context, run, { index, sql, build: null });
      await client.query(sql);
      await journalEnd(client, context, run, index, 'done');
    });
    return true;
  } catch (error) {
    if (refusesTransactions.has(failureOf(error).sqlState ?? '')) return false;
    throw error;
  }
}

async function runBare(
  client: pg.Client,
  context: RunContext,
  run: Run,
  { sql }: Statement,
  index: number,
): Promise<void> {
  const build = await startOfBuild(client, await indexWorkOf(sql));
  await underFence(client, context, () => journalStart(client, context, run, { index, sql, build }));
  try {
    await client.query(sql);
  } catch (error) {
    if (!failureOf(error).connectionLost) await journalEnd(client, context, run, index, 'failed');
    throw error;
  }
  await journalEnd(client, context, run, index, 'done');
}

/** All statements stand: history, ledger and the journal's end, in one transaction. */
async function finish(connection: TargetConnection, context: RunContext, run: Run): Promise<StepOutcome> {
  const { client, secrets } = connection;
  const statementsDone = run.step.script.statements.length;
  try {
    const journal = await readJournal(client, context, run.step);
    const earlierMs = journal.reduce((sum, row) => sum + row.durationMs, 0);
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
    await holdFence(client, context.fencingToken);
    const durationMs = await writeDown(client, context, run, earlierMs);
    await clearJournal(client, context, run.step);
    const { rows } = await client.query<{ id: string }>('SELECT pg_catalog.pg_current_xact_id()::text AS id');
    return await commit(connection, context, run, { id: rows[0]?.id ?? '', durationMs, statementsDone });
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    return failed(run.step, failureOf(error, secrets), { statement: null, done: statementsDone });
  }
}
