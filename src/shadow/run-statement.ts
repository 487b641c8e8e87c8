import type { Node } from 'libpg-query';
import type { Statement } from '../domain/migration.ts';
import type { Lock, PlannedStatement } from '../domain/plan.ts';
import { documentedLocks } from './concurrent-locks.ts';
import { failureOf, type Failure } from './errors.ts';
import { runLending } from './lend-schemas.ts';
import {
  heldSql,
  observeTransaction,
  readRelations,
  rewrittenBetween,
  type Held,
  type Observation,
} from './observe.ts';
import type { PlanConnection } from './plan-connection.ts';
import { isPrivileged, nodesOf, reasonNotTried } from './privileged-kinds.ts';
import type pg from 'pg';

/** How a statement ended on the shadow. */
export type Tried =
  | { readonly status: 'ran'; readonly planned: PlannedStatement }
  | { readonly status: 'failed'; readonly planned: PlannedStatement; readonly failure: Failure }
  /** It ended the transaction that it was to run in. */
  | { readonly status: 'escaped'; readonly planned: PlannedStatement };

/** A transaction that a script runs in. */
export interface Transaction {
  readonly id: string;
  readonly observation: Observation;
}

export interface Bench {
  readonly connection: PlanConnection;
  /** The administrator's session in the same database. */
  readonly observer: pg.Client;
}

/** Opens a transaction and learns its id, by which an escape from it is seen. */
export async function beginObserved({ connection, observer }: Bench): Promise<Transaction> {
  const known = await readRelations(observer);
  await connection.run('BEGIN');
  const { rows } = await connection.read('SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text AS id', 1);
  return { id: String(rows[0]?.['id']), observation: observeTransaction(known) };
}

/** Runs a statement inside `transaction` and asks what it locked and wrote anew. */
export async function runInside(
  bench: Bench,
  statement: Statement,
  transaction: Transaction,
): Promise<Tried> {
  const { connection } = bench;
  const nodes = await nodesOf(statement.sql);
  const privileged = nodes.some(isPrivileged);
  const started = performance.now();
  try {
    if (privileged) await connection.run('SAVEPOINT tidegate_try');
    await runLending(connection, nodes, statement.sql);
    const durationMs = elapsed(started);
    const { rows } = await connection.read(heldSql, 100_000);
    if (rows[0]?.['transaction'] !== transaction.id) {
      return { status: 'escaped', planned: planned(statement, { durationMs }) };
    }
    const { locks, rewrites } = transaction.observation.after(rows.flatMap(heldOf));
    return {
      status: 'ran',
      planned: planned(statement, { durationMs, locks, rewrites: nodes.some(empties) ? [] : rewrites }),
    };
  } catch (error) {
    const failure = failureOf(error, statement.sql);
    const notTried = privileged && !failure.sessionLost ? reasonNotTried(nodes, failure.sqlState) : null;
    if (notTried === null) return failed(statement, failure, started);
    await connection.run('ROLLBACK TO SAVEPOINT tidegate_try');
    return { status: 'ran', planned: planned(statement, { notTried }) };
  }
}

/** Runs a statement by itself; what it locked can then only be had from the manual. */
export async function runAlone(bench: Bench, statement: Statement): Promise<Tried> {
  const nodes = await nodesOf(statement.sql);
  const before = await readRelations(bench.observer);
  const tables = await tablesOfIndexes(bench.observer);
  const started = performance.now();
  try {
    await bench.connection.run(statement.sql);
    const durationMs = elapsed(started);
    const rewrites = nodes.some(empties) ? [] : rewrittenBetween(before, await readRelations(bench.observer));
    const locks = nodes.flatMap((node) => documentedLocks(node, (index) => tables.get(index) ?? null));
    return { status: 'ran', planned: planned(statement, { durationMs, locks, rewrites }) };
  } catch (error) {
    const failure = failureOf(error, statement.sql);
    const notTried = failure.sessionLost ? null : reasonNotTried(nodes, failure.sqlState);
    if (notTried === null) return failed(statement, failure, started);
    return { status: 'ran', planned: planned(statement, { notTried }) };
  }
}

async function tablesOfIndexes(observer: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await observer.query<{ index: string; table: string }>(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(i.relname) AS index,
            quote_ident(tn.nspname) || '.' || quote_ident(t.relname) AS table
       FROM pg_index x
       JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
       JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
      WHERE n.nspname !~ '^pg_'`,
  );
  return new Map(rows.map(({ index, table }) => [index, table]));
}

/** TRUNCATE and REFRESH give a relation new storage, but copy nothing. */
function empties(node: Node): boolean {
  return 'TruncateStmt' in node || 'RefreshMatViewStmt' in node;
}

function heldOf({ oid, mode, file }: Record<string, unknown>): readonly Held[] {
  if (typeof oid !== 'string' || typeof mode !== 'string') return [];
  return [{ oid, mode, file: typeof file === 'string' ? file : null }];
}

function failed(statement: Statement, failure: Failure, started: number): Tried {
  return { status: 'failed', planned: planned(statement, { durationMs: elapsed(started) }), failure };
}

interface Seen {
  readonly durationMs?: number;
  readonly locks?: readonly Lock[];
  readonly rewrites?: readonly string[];
  readonly notTried?: string;
}

export function planned({ sql, line }: Statement, seen: Seen): PlannedStatement {
  const { durationMs = null, locks = [], rewrites = [], notTried } = seen;
  return { sql, line, durationMs, locks, rewrites, ...(notTried === undefined ? {} : { notTried }) };
}

/** Milliseconds to a hundredth, from a clock that never goes back. */
function elapsed(started: number): number {
  return Math.round((performance.now() - started) * 100) / 100;
}
