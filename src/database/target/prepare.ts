import type pg from 'pg';
import { takeFence } from './fence.ts';
import { ensureHistoryTable, type HistoryTable } from './history-table.ts';
import { ensureOwnSchema } from './own-schema.ts';

/** Makes what is missing on a target whose lock is held, and returns the new fencing token. */
export async function prepareTarget(
  client: pg.Client,
  history: HistoryTable,
  lockWaitMs: number,
): Promise<bigint> {
  await client.query(`SET lock_timeout = ${lockWaitMs}`);
  await ensureOwnSchema(client);
  await ensureHistoryTable(client, history);
  return takeFence(client);
}
