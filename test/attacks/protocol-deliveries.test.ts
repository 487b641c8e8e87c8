import crypto, { createHmac, randomUUID } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookPath } from '../../src/http/webhook-route.ts';
import { controlRows } from '../support/control-rows.ts';
import { startListening, webhookSecret, type ListeningService } from '../support/listening-service.ts';

describe('a flood of deliveries', () => {
  let at: ListeningService;

  beforeAll(async () => void (at = await startListening()));
  afterAll(() => at.close());

  const post = async (event: string, body: string, signature: string): Promise<number> => {
    const answer = await fetch(new URL(webhookPath, at.service.url ?? ''), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-delivery': randomUUID(),
        'x-github-event': event,
        'x-hub-signature-256': signature,
      },
      body,
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  /** Sends so many, sixteen at a time; the statuses seen, and how long it took in milliseconds. */
  const flood = async (count: number, event: string, body: string, signature: string) => {
    const statuses = new Set<number>();
    const began = performance.now();
    const send = async (share: number): Promise<void> => {
      for (let sent = 0; sent < share; sent += 1) statuses.add(await post(event, body, signature));
    };
    await Promise.all(Array.from({ length: 16 }, () => send(count / 16)));
    return { statuses: [...statuses], took: performance.now() - began };
  };
  const signed = (body: string): string =>
    `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`;
  const counts = async (): Promise<{ deliveries: number; waiting: number }> => {
    const [row] = await controlRows<{ deliveries: number; waiting: number }>(
      at.database,
      `SELECT (SELECT count(*)::int FROM tidegate.delivery) AS deliveries,
              (SELECT count(*)::int FROM pgboss.job WHERE state IN ('created', 'retry', 'active')) AS waiting`,
    );
    return row ?? { deliveries: -1, waiting: -1 };
  };

  it('that are not signed leaves nothing behind, and others get their turn meanwhile', async () => {
    const before = await counts();
    const junk = JSON.stringify({ action: 'created', text: 'x'.repeat(10_000) });
    const flooding = flood(3_200, 'issue_comment', junk, `sha256=${'0'.repeat(64)}`);
    const ping = JSON.stringify({ zen: 'Keep it logically awesome.' });
    expect(await post('ping', ping, signed(ping))).toBe(202);
    const { statuses, took } = await flooding;
    expect(statuses).toEqual([401]);
    expect(await counts()).toEqual({ deliveries: before.deliveries + 1, waiting: before.waiting });
    expect(took).toBeLessThan(30_000);
  });

  it('are compared with their signatures in constant time, whatever is wrong with these', async () => {
    const compare = crypto.timingSafeEqual;
    const lengths: (readonly [number, number])[] = [];
    crypto.timingSafeEqual = (a, b) => {
      lengths.push([a.byteLength, b.byteLength]);
      return compare(a, b);
    };
    syncBuiltinESMExports();
    try {
      const ping = JSON.stringify({ zen: 'Speak like a human.' });
      const right = signed(ping);
      const last = right.endsWith('0') ? '1' : '0';
      for (const wrong of [`sha256=${'0'.repeat(64)}`, `${right.slice(0, -1)}${last}`]) {
        expect(await post('ping', ping, wrong)).toBe(401);
      }
      expect(lengths).toEqual([
        [71, 71],
        [71, 71],
      ]);
    } finally {
      crypto.timingSafeEqual = compare;
      syncBuiltinESMExports();
    }
  });

  it('about one pull request waits as one plan, and costs no more the longer it lasts', async () => {
    const body = JSON.stringify({ action: 'synchronize', number: 3, repository: { id: 7 } });
    const before = await counts();
    const first = await flood(400, 'pull_request', body, signed(body));
    await flood(1600, 'pull_request', body, signed(body));
    const later = await flood(400, 'pull_request', body, signed(body));
    expect([...first.statuses, ...later.statuses]).toEqual([202, 202]);
    const after = await counts();
    expect(after).toEqual({ deliveries: before.deliveries + 2400, waiting: before.waiting + 1 });
    expect(later.took).toBeLessThan(4 * first.took + 5_000);
  });
});
