import { withClient } from '../support/postgres.ts';

/** How many sessions of a database are in the middle of `pg_sleep(3)`. */
export async function sleeping(url: string): Promise<number> {
  const { rows } = await withClient(url, (client) =>
    client.query(
      `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND state = 'active' AND pid <> pg_backend_pid()
          AND datname = current_database()`,
    ),
  );
  return rows.length;
}
