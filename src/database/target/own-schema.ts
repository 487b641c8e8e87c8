import type pg from 'pg';

/**
 * What Tidegate keeps in a target, in a schema of its own. The ledger is only ever added to; a row stands for a
 * migration that is applied while the history has the row it names (`history_id`), so a migration that the CLI
 * took back, or ran again, is not mistaken for ours.
 */
const statements = [
  'CREATE SCHEMA IF NOT EXISTS tidegate',
  `CREATE TABLE IF NOT EXISTS tidegate.fence (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     token bigint NOT NULL,
     taken_at timestamptz NOT NULL DEFAULT now())`,
  'INSERT INTO tidegate.fence (token) VALUES (0) ON CONFLICT DO NOTHING',
  `CREATE TABLE IF NOT EXISTS tidegate.ledger (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     history text NOT NULL,
     history_id integer,
     name text NOT NULL,
     direction text NOT NULL CHECK (direction IN ('up', 'down')),
     checksum text NOT NULL,
     up jsonb NOT NULL,
     down jsonb,
     digest text NOT NULL,
     commit text NOT NULL,
     pull_request integer,
     actor text NOT NULL,
     fencing_token bigint NOT NULL,
     applied_at timestamptz NOT NULL DEFAULT now(),
     duration_ms integer NOT NULL,
     adopted boolean NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS ledger_history ON tidegate.ledger (history, history_id)',
  `CREATE TABLE IF NOT EXISTS tidegate.journal (
     history text NOT NULL,
     name text NOT NULL,
     direction text NOT NULL,
     statement integer NOT NULL,
     sql text NOT NULL,
     state text NOT NULL CHECK (state IN ('started', 'failed', 'done')),
     fencing_token bigint NOT NULL,
     backend integer NOT NULL,
     backend_start timestamptz NOT NULL,
     build jsonb,
     duration_ms integer NOT NULL DEFAULT 0,
     started_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (history, name, direction, statement))`,
];

/** Creates what is missing, in one transaction. The caller holds the target's lock. */
export async function ensureOwnSchema(client: pg.Client): Promise<void> {
  if (await isComplete(client)) return;
  await client.query('BEGIN');
  for (const statement of statements) await client.query(statement);
  await client.query('COMMIT');
}

/** Spares the statements, and the right to create schemas, where all is there. */
async function isComplete(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ found: number }>(
    `SELECT count(*)::int AS found FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'tidegate' AND c.relname IN ('fence', 'ledger', 'journal') AND c.relkind = 'r'`,
  );
  return rows[0]?.found === 3;
}
