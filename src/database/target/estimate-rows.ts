import type pg from 'pg';
import { z } from 'zod';

/** Up to so many rows are counted; a guess at a small table would be off by thousands. */
const countedUpTo = 1_000;

const explained = z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })]);

/**
 * Rows of each table: counted where they are few, else by the planner's estimate. A table that is not there has none.
 * Throws where the role may not see all of them: policies of row security would leave rows out without a word.
 */
export async function estimateRowsOf(
  client: pg.Client,
  relations: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const estimates = new Map<string, number>();
  await client.query('BEGIN READ ONLY');
  try {
    await client.query(
      `SET LOCAL search_path TO pg_catalog; SET LOCAL row_security TO off; SET LOCAL statement_timeout = 10000`,
    );
    for (const relation of relations) estimates.set(relation, await rowsOf(client, relation));
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
  return estimates;
}

async function rowsOf(client: pg.Client, relation: string): Promise<number> {
  const { rows } = await client.query<{ name: string | null }>('SELECT to_regclass($1)::text AS name', [
    relation,
  ]);
  const name = rows[0]?.name ?? null;
  if (name === null) return 0;
  const counted = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM ${name} LIMIT ${countedUpTo + 1}) few`,
  );
  const count = counted.rows[0]?.count ?? 0;
  if (count <= countedUpTo) return count;
  const plan = await client.query<{ 'QUERY PLAN': unknown }>(`EXPLAIN (FORMAT JSON) SELECT FROM ${name}`);
  const [{ Plan: estimate }] = explained.parse(plan.rows[0]?.['QUERY PLAN']);
  return Math.max(estimate['Plan Rows'], count);
}
