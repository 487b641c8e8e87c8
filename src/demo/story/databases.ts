import { Client } from 'pg';

export const environmentNames = ['dev', 'qa', 'prod'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** The targets, asked directly: what the story believes. */
export interface Databases {
  url(name: EnvironmentName): string;
  /** Names in node-pg-migrate's own table, in its order. */
  history(name: EnvironmentName): Promise<readonly string[]>;
  /** Names of what Tidegate's ledger says is applied. */
  ledger(name: EnvironmentName): Promise<readonly string[]>;
  /** How many environments are on hold. */
  holds(): Promise<number>;
  hasColumn(name: EnvironmentName, table: string, column: string): Promise<boolean>;
}

export function databasesAt(urlOf: (database: string) => string): Databases {
  const ask = async (
    name: EnvironmentName | 'control',
    text: string,
    values: readonly string[] = [],
  ): Promise<string[]> => {
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
  };
}
