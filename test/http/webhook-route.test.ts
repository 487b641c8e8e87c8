import { createHmac, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxWebhookBytes } from '../../src/http/limits.ts';
import { createServer } from '../../src/http/server.ts';
import { webhookPath, webhookRoute } from '../../src/http/webhook-route.ts';
import { startListening, webhookSecret, type ListeningService } from '../support/listening-service.ts';
import { withClient } from '../support/postgres.ts';

const push = JSON.stringify({
  ref: 'refs/heads/dev',
  before: 'a'.repeat(40),
  after: 'b'.repeat(40),
  deleted: false,
  repository: {
    id: 7,
    name: 'shop',
    full_name: 'acme/shop',
    owner: { login: 'acme' },
    default_branch: 'main',
  },
  installation: { id: 1 },
  sender: { login: 'ada', type: 'User' },
});

function signed(body: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-delivery': randomUUID(),
    'x-github-event': 'push',
    'x-hub-signature-256': `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
    ...more,
  };
}

describe('the webhook of the service', () => {
  let at: ListeningService;

  beforeAll(async () => void (at = await startListening()));
  afterAll(() => at.close());

  const post = async (headers: Record<string, string>, body: string): Promise<number> =>
    (await fetch(new URL(webhookPath, at.service.url ?? ''), { method: 'POST', headers, body })).status;

  const kept = (): Promise<readonly [number, number]> =>
    withClient(at.database.url, async (client) => {
      const deliveries = await client.query('SELECT FROM tidegate.delivery');
      const jobs = await client.query('SELECT FROM pgboss.job');
      return [deliveries.rows.length, jobs.rows.length];
    });

  const rename = (from: string, to: string): Promise<unknown> =>
    withClient(at.database.url, (client) => client.query(`ALTER SCHEMA ${from} RENAME TO ${to}`));

  it('refuses what is not signed with its secret, and keeps nothing of it', async () => {
    const before = await kept();
    const right = signed(push)['x-hub-signature-256'] ?? '';
    const wrong = [
      '',
      'sha256=',
      'sha256=0',
      `sha256=${'0'.repeat(64)}`,
      right.replace('sha256', 'sha1'),
      right.toUpperCase(),
      `sha256=${createHmac('sha256', 'another').update(push).digest('hex')}`,
      'é'.repeat(71),
    ];
    const answers = [];
    for (const signature of wrong) {
      const headers = signed(push, { 'x-hub-signature-256': encodeURI(signature) });
      answers.push(await post(headers, push));
    }
    const unsigned = Object.entries(signed(push)).filter(([header]) => header !== 'x-hub-signature-256');
    answers.push(await post(Object.fromEntries(unsigned), push));
    answers.push(await post(signed(push), `${push} `));
    expect(answers).toEqual(answers.map(() => 401));
    expect(await kept()).toEqual(before);
  });

  it('keeps a delivery and its job once, however often it comes', async () => {
    const [deliveries, jobs] = await kept();
    const headers = signed(push);
    expect([await post(headers, push), await post(headers, push)]).toEqual([202, 202]);
    expect(await kept()).toEqual([deliveries + 1, jobs + 1]);
  });

  it('answers 503 where a delivery cannot be kept, and then neither it nor its job is', async () => {
    const headers = signed(push);
    const [deliveries, jobs] = await kept();
    for (const schema of ['tidegate', 'pgboss']) {
      await rename(schema, 'away');
      try {
        expect(await post(headers, push)).toBe(503);
      } finally {
        await rename('away', schema);
      }
    }
    expect(await kept()).toEqual([deliveries, jobs]);
    expect(await post(headers, push)).toBe(202);
    expect(await kept()).toEqual([deliveries + 1, jobs + 1]);
  });
});

describe('the webhook’s route', () => {
  const server = async (seen: string[]) =>
    createServer([
      webhookRoute(
        {
          verify: (body, signature) => Promise.resolve(signature === signed(body)['x-hub-signature-256']),
          receive: ({ body }) => Promise.resolve(void seen.push(body)),
        },
        pino({ level: 'silent' }),
      ),
    ]);

  it.each([
    { what: 'a delivery id', header: 'x-github-delivery', payload: push },
    { what: 'an event', header: 'x-github-event', payload: push },
    { what: 'a body', header: 'x-nothing', payload: '' },
  ])('answers 400 without $what', async ({ header, payload }) => {
    const seen: string[] = [];
    const headers = signed(payload, { [header]: '' });
    const answer = await (await server(seen)).inject({ method: 'POST', url: webhookPath, headers, payload });
    expect([answer.statusCode, seen]).toEqual([400, []]);
  });

  it('takes 26 MiB and answers 413 to a byte more', async () => {
    const seen: string[] = [];
    const route = await server(seen);
    const send = async (payload: string): Promise<number> => {
      const answer = await route.inject({
        method: 'POST',
        url: webhookPath,
        headers: signed(payload),
        payload,
      });
      return answer.statusCode;
    };
    expect(await send('x'.repeat(maxWebhookBytes))).toBe(202);
    expect(await send('x'.repeat(maxWebhookBytes + 1))).toBe(413);
    expect(seen.map(({ length }) => length)).toEqual([26 * 1024 * 1024]);
  });

  it('looks at the bytes as they came, whatever they are called', async () => {
    const seen: string[] = [];
    const payload = '{"a": 1,  "a":"é" }\n';
    const route = await server(seen);
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'image/png']) {
      const headers = signed(payload, { 'content-type': type });
      const answer = await route.inject({ method: 'POST', url: webhookPath, headers, payload });
      expect([type, answer.statusCode]).toEqual([type, 202]);
    }
    expect(new Set(seen)).toEqual(new Set([payload]));
  });

  it('has nothing elsewhere, and gives the security headers everywhere', async () => {
    const route = await server([]);
    for (const url of ['/', webhookPath, '/plans/..%2f..%2fetc']) {
      const answer = await route.inject({ method: 'GET', url });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    }
  });
});
