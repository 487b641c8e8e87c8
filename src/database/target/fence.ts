import type pg from 'pg';
import { Refusal } from '../failure.ts';

/** Takes the next fencing token. Waits for a transaction of an earlier holder to end. */
export async function takeFence(client: pg.Client): Promise<bigint> {
  const { rows } = await client.query<{ token: string }>(
    `UPDATE tidegate.fence SET token = token + 1, taken_at = now() RETURNING token::text`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('tidegate.fence has no row');
  return BigInt(row.token);
}

/** Somebody else took the target's lock after us: whatever we were about to do is theirs to do now. */
class FenceLost extends Refusal {
  override readonly name = 'FenceLost';
}

/**
 * Locks the fence until the transaction ends and compares the token.
 * @throws FenceLost where it is not ours any more.
 */
export async function holdFence(client: pg.Client, token: bigint): Promise<void> {
  const { rows } = await client.query<{ token: string }>('SELECT token::text FROM tidegate.fence FOR UPDATE');
  const found = rows[0]?.token ?? 'none';
  if (found === token.toString()) return;
  throw new FenceLost(
    `Another worker holds a newer fence on this database (token ${found}, ours is ${token.toString()}). ` +
      'Nothing was run here; that worker goes on.',
  );
}
