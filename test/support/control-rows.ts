import type pg from 'pg';
import { withClient, type TestDatabase } from './postgres.ts';

/** Rows of a database, of the control database as a rule. */
export async function controlRows<T extends pg.QueryResultRow>(
  { url }: Pick<TestDatabase, 'url'>,
  sql: string,
  values: unknown[] = [],
): Promise<readonly T[]> {
  return withClient(url, async (client) => (await client.query<T>(sql, values)).rows);
}
