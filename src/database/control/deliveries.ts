import type { Executor } from './executor.ts';

/** A webhook as it came in: GitHub's `X-GitHub-Delivery` and `X-GitHub-Event`. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly receivedAt: Date;
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
