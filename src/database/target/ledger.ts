import type pg from 'pg';
import { z } from 'zod';
import type { ApplyOrigin, ApplyStep } from '../../domain/apply.ts';
import type { GoneRun, LedgerEntry } from '../../domain/history.ts';
import { tableExists, type HistoryTable } from './history-table.ts';

const script = z.object({
  statements: z.array(z.object({ sql: z.string(), line: z.number().nullable() })),
  transaction: z.boolean(),
});

const ledgerRow = z
  .object({
    name: z.string(),
    checksum: z.string(),
    up: script,
    down: script.nullable(),
    digest: z.string(),
    commit: z.string(),
    pull_request: z.number().nullable(),
    applied_at: z.date(),
    duration_ms: z.number(),
    adopted: z.boolean(),
  })
  .transform(
    ({
      pull_request: pullRequest,
      applied_at: appliedAt,
      duration_ms: durationMs,
      ...rest
    }): LedgerEntry => ({
      ...rest,
      pullRequest,
      appliedAt,
      durationMs,
    }),
  );

/** The ledger's rows of what is applied now, in the history's order; empty before the first apply. */
export async function readLedger(client: pg.Client, history: HistoryTable): Promise<readonly LedgerEntry[]> {
  if (!(await tableExists(client, 'tidegate', 'ledger'))) return [];
  if (!(await tableExists(client, history.schema, history.table))) return [];
  const { rows } = await client.query(
    `SELECT DISTINCT ON (h.run_on, h.id)
            l.name, l.checksum, l.up, l.down, l.digest, l.commit, l.pull_request, l.applied_at, l.duration_ms, l.adopted
       FROM ${history.sql} h
       JOIN tidegate.ledger l ON l.history_id = h.id AND l.name = h.name
      WHERE l.history = $1 AND l.direction = 'up'
      ORDER BY h.run_on, h.id, l.id DESC`,
    [history.id],
  );
  return z.array(ledgerRow).parse(rows);
}

/** What the ledger says last of each migration that the history names no more, in the ledger's order. */
export async function readGone(client: pg.Client, history: HistoryTable): Promise<readonly GoneRun[]> {
  if (!(await tableExists(client, 'tidegate', 'ledger'))) return [];
  const isThere = await tableExists(client, history.schema, history.table);
  const { rows } = await client.query<GoneRow>(
    `SELECT id, name, direction, applied_at,
            (SELECT l.checksum FROM tidegate.ledger l
              WHERE l.history = $1 AND l.name = newest.name AND l.direction = 'up' AND NOT l.adopted
              ORDER BY l.id DESC LIMIT 1) AS checksum
       FROM (SELECT DISTINCT ON (name) id, name, direction, applied_at FROM tidegate.ledger
              WHERE history = $1 ORDER BY name, id DESC) newest
      ${isThere ? `WHERE NOT EXISTS (SELECT FROM ${history.sql} h WHERE h.name = newest.name)` : ''}
      ORDER BY id`,
    [history.id],
  );
  return rows.map(({ id, applied_at: at, ...run }) => ({ ...run, at, ledgerRow: id }));
}

interface GoneRow extends Pick<GoneRun, 'name' | 'direction' | 'checksum'> {
  readonly id: string;
  readonly applied_at: Date;
}

/** One run of a migration, to be written down in the transaction that it belongs to. */
export interface LedgerRun {
  readonly history: HistoryTable;
  readonly step: ApplyStep;
  readonly origin: ApplyOrigin;
  readonly fencingToken: bigint;
  /** Row of the history that this run made; null for a down. */
  readonly historyId: number | null;
  /** Spent before this transaction, by statements that committed by themselves. */
  readonly earlierMs: number;
}

/** Writes the row and returns the run's duration in milliseconds, by the database's clock. */
export async function addToLedger(client: pg.Client, run: LedgerRun): Promise<number> {
  const { step, origin } = run;
  const { rows } = await client.query<{ duration_ms: number }>(
    `INSERT INTO tidegate.ledger (history, history_id, name, direction, checksum, up, down, digest, commit,
                                  pull_request, actor, fencing_token, duration_ms, adopted)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
             $13::int + round(extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::int, false)
     RETURNING duration_ms`,
    [
      run.history.id,
      run.historyId,
      step.migration,
      step.direction,
      step.checksum,
      JSON.stringify(step.up),
      step.down === null ? null : JSON.stringify(step.down),
      origin.digest,
      origin.commit,
      origin.pullRequest,
      origin.actor,
      run.fencingToken.toString(),
      run.earlierMs,
    ],
  );
  return rows[0]?.duration_ms ?? 0;
}

/** Adds a row for each entry that the history has and the ledger knows nothing of; the others are left alone. */
export async function adoptIntoLedger(
  client: pg.Client,
  history: HistoryTable,
  entries: readonly LedgerEntry[],
  fencingToken: bigint,
): Promise<void> {
  for (const entry of entries) {
    await client.query(
      `INSERT INTO tidegate.ledger (history, history_id, name, direction, checksum, up, down, digest, commit,
                                    pull_request, actor, fencing_token, applied_at, duration_ms, adopted)
       SELECT $1, h.id, h.name, 'up', $3, $4, $5, $6, $7, $8, 'tidegate', $9, $10, $11, $12
         FROM ${history.sql} h
        WHERE h.name = $2
          AND NOT EXISTS (SELECT FROM tidegate.ledger l
                           WHERE l.history = $1 AND l.history_id = h.id AND l.name = h.name AND l.direction = 'up')`,
      [
        history.id,
        entry.name,
        entry.checksum,
        JSON.stringify(entry.up),
        entry.down === null ? null : JSON.stringify(entry.down),
        entry.digest,
        entry.commit,
        entry.pullRequest,
        fencingToken.toString(),
        entry.appliedAt,
        entry.durationMs,
        entry.adopted,
      ],
    );
  }
}
