import { Client } from 'pg';

export const environmentNames = ['dev', 'qa', 'prod'] as const;
export type EnvironmentName = (typeof environmentNames)[number];
/** `control` holds what Tidegate writes down for itself. */
export type DatabaseName = EnvironmentName | 'control';

/** The environment that a branch is. */
export function environmentOf(branch: string): string {
  return branch === 'main' ? 'prod' : branch;
}

/** The branch that an environment is. */
export function branchOf(environment: EnvironmentName): string {
  return environment === 'prod' ? 'main' : environment;
}

/** The targets, asked directly: what the story believes. */
export interface Databases {
  url(name: DatabaseName): string;
  /** Names in node-pg-migrate's own table, in its order. */
  history(name: EnvironmentName): Promise<readonly string[]>;
  /** Names of what Tidegate's ledger says is applied. */
  ledger(name: EnvironmentName): Promise<readonly string[]>;
  /** How many environments are on hold. */
  holds(): Promise<number>;
  hasColumn(name: EnvironmentName, table: string, column: string): Promise<boolean>;
  /** Its columns, indexes and constraints, a line each. */
  schema(name: EnvironmentName): Promise<readonly string[]>;
  /** Changes a database as somebody would who has its password, past Git and Tidegate. */
  runByHand(name: EnvironmentName, text: string): Promise<void>;
}

const schemaLines = `
  SELECT format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default) AS name
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  ORDER BY name`;

export function databasesAt(urlOf: (name: DatabaseName) => string): Databases {
  const ask = async (name: DatabaseName, text: string, values: readonly string[] = []): Promise<string[]> => {
    const client = new Client({ connectionString: urlOf(name) });
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string }>(text, [...values]);
      return rows.map((row) => row.name);
    } finally {
      await client.end();
    }
  };
  return {
    url: urlOf,
    history: (name) => ask(name, 'SELECT name FROM public.pgmigrations ORDER BY run_on, id'),
    ledger: (name) =>
      ask(
        name,
        `SELECT ledger.name FROM tidegate.ledger JOIN public.pgmigrations history ON history.id = ledger.history_id
          WHERE ledger.direction = 'up' ORDER BY ledger.name`,
      ),
    holds: async () => (await ask('control', 'SELECT environment AS name FROM tidegate.hold')).length,
    hasColumn: async (name, table, column) => {
      const text = `SELECT column_name AS name FROM information_schema.columns
                     WHERE table_schema = 'public' AND table_name = $1 AND column_name = $2`;
      return (await ask(name, text, [table, column])).length === 1;
    },
    schema: (name) => ask(name, schemaLines),
    runByHand: async (name, text) => {
      await ask(name, text);
    },
  };
}
