import type pg from 'pg';
import { z } from 'zod';
import type { ApplyStep } from '../../domain/apply.ts';
import type { Direction } from '../../domain/migration.ts';
import type { TargetState } from '../../ports/target.ts';
import { holdFence } from './fence.ts';
import { tableExists, type HistoryTable } from './history-table.ts';
import { indexBuild, type IndexBuild } from './index-build.ts';
import type { Run, RunContext } from './run-context.ts';

/** How far a migration outside a transaction came: one row a statement. */
export interface JournalRow {
  readonly statement: number;
  readonly sql: string;
  readonly state: 'started' | 'failed' | 'done';
  /** The session that ran it is still there. */
  readonly running: boolean;
  readonly backend: number;
  readonly build: IndexBuild | null;
  readonly durationMs: number;
}

const journalRow = z
  .object({
    statement: z.number(),
    sql: z.string(),
    state: z.enum(['started', 'failed', 'done']),
    running: z.boolean(),
    backend: z.number(),
    build: indexBuild.nullable(),
    duration_ms: z.number(),
  })
  .transform(({ duration_ms: durationMs, ...rest }): JournalRow => ({ ...rest, durationMs }));

export async function readJournal(
  client: pg.Client,
  context: RunContext,
  step: ApplyStep,
): Promise<readonly JournalRow[]> {
  const { rows } = await client.query(
    `SELECT j.statement, j.sql, j.state, j.backend, j.build, j.duration_ms,
            EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                     WHERE a.pid = j.backend AND a.backend_start = j.backend_start
                       AND a.pid <> pg_catalog.pg_backend_pid()) AS running
       FROM tidegate.journal j
      WHERE j.history = $1 AND j.name = $2 AND j.direction = $3
      ORDER BY j.statement`,
    [context.history.id, step.migration, step.direction],
  );
  return z.array(journalRow).parse(rows);
}

/** As `TargetState.halfway`. */
export async function readHalfway(client: pg.Client, { id }: HistoryTable): Promise<TargetState['halfway']> {
  if (!(await tableExists(client, 'tidegate', 'journal'))) return [];
  const { rows } = await client.query<{ name: string; direction: Direction }>(
    'SELECT DISTINCT name, direction FROM tidegate.journal WHERE history = $1 ORDER BY name, direction',
    [id],
  );
  return rows;
}

/** Runs `work` in a transaction that holds the fence. */
export async function underFence<T>(
  client: pg.Client,
  context: RunContext,
  work: () => Promise<T>,
): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
  try {
    await holdFence(client, context.fencingToken);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Writes that the statement is about to run on this session. Inside a transaction under the fence. */
export async function journalStart(
  client: pg.Client,
  context: RunContext,
  { step }: Run,
  statement: { index: number; sql: string; build: IndexBuild | null },
): Promise<void> {
  await client.query(
    `INSERT INTO tidegate.journal (history, name, direction, statement, sql, state, fencing_token, backend, backend_start, build)
     SELECT $1, $2, $3, $4, $5, 'started', $6, a.pid, a.backend_start, $7
       FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid()
     ON CONFLICT (history, name, direction, statement) DO UPDATE
       SET sql = excluded.sql, state = 'started', fencing_token = excluded.fencing_token, backend = excluded.backend,
           backend_start = excluded.backend_start, build = excluded.build, started_at = now()`,
    [
      context.history.id,
      step.migration,
      step.direction,
      statement.index,
      statement.sql,
      context.fencingToken.toString(),
      statement.build === null ? null : JSON.stringify(statement.build),
    ],
  );
}

/** Writes how the statement ended. */
export async function journalEnd(
  client: pg.Client,
  context: RunContext,
  { step }: Run,
  index: number,
  state: 'failed' | 'done',
): Promise<void> {
  await client.query(
    `UPDATE tidegate.journal
        SET state = $5, duration_ms = round(extract(epoch FROM clock_timestamp() - started_at) * 1000)::int
      WHERE history = $1 AND name = $2 AND direction = $3 AND statement = $4`,
    [context.history.id, step.migration, step.direction, index, state],
  );
}

/** The migration is in the history now, or goes on no more: the journal of it has served. */
export async function clearJournal(
  client: pg.Client,
  context: RunContext,
  step: Pick<ApplyStep, 'migration' | 'direction'>,
): Promise<void> {
  await client.query('DELETE FROM tidegate.journal WHERE history = $1 AND name = $2 AND direction = $3', [
    context.history.id,
    step.migration,
    step.direction,
  ]);
}
