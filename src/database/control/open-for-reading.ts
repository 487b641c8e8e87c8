import pg from 'pg';
import type { Records } from '../../ports/records.ts';
import { failureOf } from '../failure.ts';
import { secretsOf } from '../scrub.ts';
import { outliveBrokenConnections, recordsIn } from './open.ts';
import { boundRepository } from './bound-repositories.ts';
import { schemaSteps } from './schema.ts';

/** Tidegate's own database, for looking only: PostgreSQL refuses every write. */
export interface ReadableControl {
  readonly records: Records;
  /** The repository that a name of the server's file is bound to; null where none of that name was seen yet. */
  boundTo(name: string): Promise<number | null>;
  close(): Promise<void>;
}

/**
 * Opens the control database as the service left it. Throws an Error in words for people, without secrets, where it
 * cannot be reached or its schema is of another version.
 */
export async function openControlForReading(url: string): Promise<ReadableControl> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'tidegate control (reading)',
    connectionTimeoutMillis: 10_000,
    max: 4,
    // The pool waits for what this returns before it lends the connection.
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- its types leave the promise out, pg-pool does not.
    onConnect: (client) => client.query('SET default_transaction_read_only = on'),
  });
  outliveBrokenConnections(pool);
  try {
    await requireThisVersion(pool);
  } catch (error) {
    await pool.end();
    throw new Error(`The control database cannot be read: ${failureOf(error, secretsOf(url)).message}`);
  }
  return {
    records: recordsIn(pool),
    boundTo: (name) => boundRepository(pool, name),
    close: () => pool.end(),
  };
}

async function requireThisVersion(pool: pg.Pool): Promise<void> {
  const expected = schemaSteps.at(-1)?.id ?? 0;
  const found = await standingStep(pool);
  if (found === expected) return;
  throw new Error(
    `its schema was expected at step ${expected}, as this version of Tidegate has it, and is at step ${found}. ` +
      'Start the service of this version once, or use the command of the version that runs.',
  );
}

async function standingStep(pool: pg.Pool): Promise<number> {
  const { rows: tables } = await pool.query<{ there: boolean }>(
    `SELECT to_regclass('tidegate.schema_step') IS NOT NULL AS there`,
  );
  if (tables[0]?.there !== true) return 0;
  const { rows } = await pool.query<{ standing: number }>(
    'SELECT coalesce(max(id), 0) AS standing FROM tidegate.schema_step',
  );
  return rows[0]?.standing ?? 0;
}
