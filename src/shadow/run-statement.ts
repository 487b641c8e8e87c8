import type { Node } from 'libpg-query';
import type { Statement } from '../domain/migration.ts';
import type { Lock, PlannedStatement } from '../domain/plan.ts';
import type { Touch } from './catalog/follow.ts';
import { documentedLocks } from './concurrent-locks.ts';
import { failureOf, type Failure } from './errors.ts';
import type { GivenExtensions } from './given-extensions.ts';
import { newOwnerOf, runLending } from './lend-schemas.ts';
import {
  heldSql,
  observeTransaction,
  readKnown,
  rewrittenBetween,
  type Held,
  type KnownRelations,
  type Observation,
} from './observe.ts';
import { cleaning, type Answer, type PlanConnection } from './plan-connection.ts';
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
  /** How many rows of PostgreSQL's own tables the session had written and deleted before, by the table's OID. */
  readonly earlier: Counts;
}

type Counts = ReadonlyMap<string, { readonly written: number; readonly deleted: number }>;

export interface Bench {
  readonly connection: PlanConnection;
  /** The administrator's session in the same database. */
  readonly observer: pg.Client;
  /** OIDs of PostgreSQL's own tables. */
  readonly system: readonly string[];
  readonly given: GivenExtensions;
}

/** Opens a transaction and learns its id, by which an escape from it is seen. */
export async function beginObserved(bench: Bench, known: KnownRelations): Promise<Transaction> {
  const [{ rows } = nothing] = await bench.connection.runAll([`BEGIN; ${countsSql(bench)}`], mostCounts);
  const id = String(rows[0]?.['transaction']);
  return { id, observation: observeTransaction(known), earlier: countsOf(rows) };
}

const nothing = { rows: [], more: true } as const;
const mostCounts = 10_000;
const mostHeld = 100_000;

/**
 * Commits the transaction, leaves the session clean, and says what it has done to the catalog; null where that
 * cannot be told. Throws where it does not commit; then a transaction may still be open.
 */
export async function commitObserved(bench: Bench, transaction: Transaction): Promise<Touch | null> {
  // What is deferred runs at once instead of at COMMIT, so that it is observed as well.
  const end = `SET CONSTRAINTS ALL IMMEDIATE; ${heldSql}; ${countsSql(bench)}; COMMIT`;
  const [{ rows, more } = nothing] = await bench.connection.runAll([end, ...cleaning], mostHeld + mostCounts);
  const held = rows.filter((row) => 'mode' in row);
  const counts = rows.filter((row) => 'written' in row);
  if (more || counts[0]?.['transaction'] !== transaction.id) return null;
  transaction.observation.after(held.flatMap(heldOf));
  const changed = [...countsOf(counts)].flatMap(([oid, { written, deleted }]) => {
    const before = transaction.earlier.get(oid) ?? { written: 0, deleted: 0 };
    const now = { written: written - before.written, deleted: deleted - before.deleted };
    return now.written === 0 && now.deleted === 0 ? [] : [[oid, now] as const];
  });
  return { transaction: transaction.id, locked: transaction.observation.locked(), rows: new Map(changed) };
}

/** PostgreSQL's "The Cumulative Statistics System": these count on through a session until they are handed in. */
function countsSql({ system }: Bench): string {
  return `SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text AS transaction, counted.*
    FROM (SELECT 1) AS always LEFT JOIN (
      SELECT c.oid::pg_catalog.text AS oid,
          pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) OPERATOR(pg_catalog.+)
            pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS written,
          pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS deleted
        FROM pg_catalog.unnest('{${system.join(',')}}'::pg_catalog.oid[]) AS c (oid)) AS counted
      ON counted.written OPERATOR(pg_catalog.>) 0 OR counted.deleted OPERATOR(pg_catalog.>) 0`;
}

function countsOf(rows: readonly Record<string, unknown>[]): Counts {
  return new Map(
    rows.flatMap(({ oid, written, deleted }) =>
      typeof oid === 'string' ? [[oid, { written: Number(written), deleted: Number(deleted) }] as const] : [],
    ),
  );
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
    const { rows, ranAt } = await runAndLook(connection, nodes, statement.sql);
    const durationMs = elapsed(started, ranAt);
    if (rows[0]?.['transaction'] !== transaction.id) {
      return { status: 'escaped', planned: planned(statement, { durationMs }) };
    }
    bench.given.ran(nodes);
    const { locks, rewrites } = transaction.observation.after(rows.flatMap(heldOf));
    return {
      status: 'ran',
      planned: planned(statement, { durationMs, locks, rewrites: nodes.some(empties) ? [] : rewrites }),
    };
  } catch (error) {
    const failure = failureOf(error, statement.sql);
    const seen = privileged ? await excused(bench, nodes, failure, started) : null;
    if (seen === null) return failed(statement, failure, started);
    await connection.run('ROLLBACK TO SAVEPOINT tidegate_try');
    return { status: 'ran', planned: planned(statement, seen) };
  }
}

/** Runs a statement and asks what the session then holds: in one go, where it wants nothing in between. */
async function runAndLook(
  connection: PlanConnection,
  nodes: readonly Node[],
  sql: string,
): Promise<Pick<Answer, 'rows'> & { readonly ranAt: number }> {
  const [node] = nodes;
  const isPlain = node !== undefined && nodes.length === 1 && newOwnerOf(node) === null;
  if (isPlain && !('CopyStmt' in node)) {
    const [ran, held] = await connection.runAll([sql, heldSql], mostHeld);
    return { rows: held?.rows ?? [], ranAt: ran?.at ?? performance.now() };
  }
  await runLending(connection, nodes, sql);
  const ranAt = performance.now();
  const { rows } = await connection.read(heldSql, mostHeld);
  return { rows, ranAt };
}

/** Runs a statement by itself; what it locked can then only be had from the manual. */
export async function runAlone(bench: Bench, statement: Statement): Promise<Tried> {
  const nodes = await nodesOf(statement.sql);
  const before = await readKnown(bench.observer);
  const tables = await tablesOfIndexes(bench.observer);
  const started = performance.now();
  try {
    await bench.connection.run(statement.sql);
    bench.given.ran(nodes);
    const durationMs = elapsed(started);
    const rewrites = nodes.some(empties) ? [] : rewrittenBetween(before, await readKnown(bench.observer));
    const locks = nodes.flatMap((node) => documentedLocks(node, (index) => tables.get(index) ?? null));
    return { status: 'ran', planned: planned(statement, { durationMs, locks, rewrites }) };
  } catch (error) {
    const failure = failureOf(error, statement.sql);
    const seen = await excused(bench, nodes, failure, started);
    if (seen === null) return failed(statement, failure, started);
    return { status: 'ran', planned: planned(statement, seen) };
  }
}

/** What is seen of a statement that failed for what the shadow is alone; null where it fails on a target too. */
async function excused(
  { given }: Bench,
  nodes: readonly Node[],
  { sqlState, sessionLost }: Failure,
  started: number,
): Promise<Seen | null> {
  if (sessionLost) return null;
  const durationMs = elapsed(started);
  const notTried = reasonNotTried(nodes, sqlState);
  const verdict = notTried === null ? await given.judge(nodes, sqlState) : null;
  if (verdict?.kind === 'fails') return null;
  given.ran(nodes);
  if (notTried !== null) return { notTried };
  return verdict?.kind === 'not-tried' ? { notTried: verdict.reason } : { durationMs };
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
function elapsed(started: number, ended = performance.now()): number {
  return Math.round((ended - started) * 100) / 100;
}
