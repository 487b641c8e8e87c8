import type pg from 'pg';
import { schemaSteps, type SchemaStep } from './schema.ts';

/** Any number that nobody else locks in the control database. */
const migrationLock = '8391745026381945';

/**
 * Brings the control database's schema `tidegate` up to this version, in one transaction. Several processes that
 * start together take turns.
 * @throws Error where a newer version of Tidegate has been here: its tables may not be what this one expects.
 */
export async function migrateControlDatabase(client: pg.ClientBase): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    const standing = await standingStep(client);
    refuseNewer(standing);
    for (const step of schemaSteps.filter(({ id }) => id > standing)) await take(client, step);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function standingStep(client: pg.ClientBase): Promise<number> {
  await client.query('CREATE SCHEMA IF NOT EXISTS tidegate');
  await client.query(
    `CREATE TABLE IF NOT EXISTS tidegate.schema_step (
       id integer PRIMARY KEY, taken_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<{ standing: number }>(
    'SELECT coalesce(max(id), 0) AS standing FROM tidegate.schema_step',
  );
  return rows[0]?.standing ?? 0;
}

function refuseNewer(standing: number): void {
  const known = schemaSteps.at(-1)?.id ?? 0;
  if (standing <= known) return;
  throw new Error(
    `The control database was last used by a newer version of Tidegate (its schema is at step ${standing}, this version knows ${known}). ` +
      'Start that version again, or give this one another control database.',
  );
}

async function take(client: pg.ClientBase, step: SchemaStep): Promise<void> {
  for (const statement of step.statements) await client.query(statement);
  await client.query('INSERT INTO tidegate.schema_step (id) VALUES ($1)', [step.id]);
}
