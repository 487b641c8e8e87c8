import type pg from 'pg';
import { withClient, type TestDatabase } from './postgres.ts';

/** Rows of the control database. */
export async function controlRows<T extends pg.QueryResultRow>(
  { url }: TestDatabase,
  sql: string,
  values: unknown[] = [],
): Promise<readonly T[]> {
  return withClient(url, async (client) => (await client.query<T>(sql, values)).rows);
}
