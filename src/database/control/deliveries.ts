import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** A webhook as it came in: GitHub's `X-GitHub-Delivery` and `X-GitHub-Event`. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly receivedAt: Date;
}

/** Which deliveries came, for as long as GitHub may send one again. */
export function deliveryRecords(database: Executor): Pick<Records, 'forgetDeliveries'> {
  return {
    forgetDeliveries: async (before) => {
      await database.query('DELETE FROM tidegate.delivery WHERE received_at < $1', [before]);
    },
  };
}

/**
 * Writes down that a delivery came; true for the first with that id. Called with a client inside the transaction
 * that queues its job, so that both stand or neither: a second caller with the same id waits for the first to end.
 */
export async function recordDelivery(client: Executor, delivery: Delivery): Promise<boolean> {
  const { rowCount } = await client.query(
    'INSERT INTO tidegate.delivery (id, event, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [delivery.id, delivery.event, delivery.receivedAt],
  );
  return rowCount === 1;
}
