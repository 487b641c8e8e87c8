import { createHmac } from 'node:crypto';
import { notFound } from '../errors.ts';
import type { App, Delivery } from '../model.ts';
import { timestamp, type HookEvent, type World } from '../world.ts';
import type { Faults } from './faults.ts';
import { addresseesOf, payloadFor } from './payload.ts';

/** GitHub gives up on a delivery after this long. */
const PATIENCE_MS = 10_000;

interface Outgoing {
  readonly guid: string;
  readonly app: App;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly payload: string;
  readonly redelivery: boolean;
}

export interface Webhooks {
  readonly emit: (event: HookEvent) => void;
  /** Sends a recorded delivery again under its GUID. Throws 404. */
  readonly redeliver: (app: App, deliveryId: number) => void;
  /** Resolves when nothing is queued or under way; what a test holds back does not count. */
  readonly idle: () => Promise<void>;
  /** Stops sending; what is under way is given up. */
  readonly close: () => Promise<void>;
}

/** Sends signed webhooks, one after the other for each App, and records how each went. */
export function createWebhooks(
  world: () => World,
  faults: Faults,
  onDelivery: (event: string, payload: unknown) => void = () => undefined,
): Webhooks {
  const queues = new Map<number, Promise<void>>();
  const stop = new AbortController();

  const enqueue = (outgoing: Outgoing, send: () => Promise<void>): void => {
    const before = queues.get(outgoing.app.id) ?? Promise.resolve();
    queues.set(outgoing.app.id, before.then(send));
  };

  const dispatch = (outgoing: Outgoing, payload: Readonly<Record<string, unknown>>): void => {
    const { event, action } = outgoing;
    const treatment = faults.treatmentOf({ event, action, payload });
    switch (treatment.kind) {
      case 'lose':
        if (treatment.recorded) record(world(), outgoing, LOST, 0);
        return;
      case 'hold':
        void treatment.until.then(() => enqueue(outgoing, () => send(world(), outgoing, stop.signal)));
        return;
      case 'send':
        for (let copy = 0; copy < treatment.times; copy += 1)
          enqueue(outgoing, () => send(world(), outgoing, stop.signal));
    }
  };

  const emit = (event: HookEvent): void => {
    for (const to of addresseesOf(world(), event)) {
      if (to.app.webhookUrl === null) continue;
      const payload = payloadFor(world(), event, to);
      onDelivery(event.event, payload);
      dispatch(
        {
          guid: world().random(),
          app: to.app,
          event: event.event,
          action: event.action ?? null,
          installationId: to.installation.id,
          repositoryId: event.repository?.id ?? null,
          payload: JSON.stringify(payload),
          redelivery: false,
        },
        payload,
      );
    }
  };

  const redeliver = (app: App, deliveryId: number): void => {
    const delivery = world().store.deliveries.get(deliveryId);
    if (delivery?.appId !== app.id) throw notFound();
    const { guid, event, action, installationId, repositoryId, payload } = delivery;
    const again = { guid, app, event, action, installationId, repositoryId, payload, redelivery: true };
    enqueue(again, () => send(world(), again, stop.signal));
  };

  const idle = async (): Promise<void> => {
    const last = [...queues.values()];
    await Promise.all(last);
    const nothingNew = [...queues.values()].every((one) => last.includes(one));
    if (!nothingNew) await idle();
  };

  const close = async (): Promise<void> => {
    stop.abort();
    await Promise.all(queues.values());
  };

  return { emit, redeliver, idle, close };
}

interface Outcome {
  readonly status: string;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const LOST: Outcome = { status: 'failed to connect to host', statusCode: 502, headers: {}, body: '' };

async function send(world: World, outgoing: Outgoing, stop: AbortSignal): Promise<void> {
  const { webhookUrl } = outgoing.app;
  if (webhookUrl === null || stop.aborted) return;
  const started = world.now().getTime();
  const outcome = await post(webhookUrl, outgoing, stop);
  if (outcome === 'given up') return;
  record(world, outgoing, outcome, (world.now().getTime() - started) / 1000);
  if (outcome.statusCode >= 400)
    world.log(`webhook ${outgoing.event} ${outgoing.guid} got ${outcome.statusCode} ${outcome.status}`);
}

async function post(url: string, outgoing: Outgoing, stop: AbortSignal): Promise<Outcome | 'given up'> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: headersOf(outgoing),
      body: outgoing.payload,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const body = (await response.text()).slice(0, 10_000);
    const status = response.ok ? 'OK' : response.statusText || 'Invalid HTTP Response';
    return { status, statusCode: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (error) {
    if (stop.aborted) return 'given up';
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return timedOut ? { ...LOST, status: 'timed out', statusCode: 504 } : LOST;
  }
}

function headersOf({ app, event, guid, payload }: Outgoing): Record<string, string> {
  const signature = createHmac('sha256', app.webhookSecret).update(payload).digest('hex');
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/simulated',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(app.id),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature-256': `sha256=${signature}`,
  };
}

function record(world: World, outgoing: Outgoing, outcome: Outcome, duration: number): void {
  const id = world.nextId();
  const delivery: Delivery = {
    id,
    guid: outgoing.guid,
    appId: outgoing.app.id,
    deliveredAt: timestamp(world),
    redelivery: outgoing.redelivery,
    duration: Math.round(duration * 100) / 100,
    status: outcome.status,
    statusCode: outcome.statusCode,
    event: outgoing.event,
    action: outgoing.action,
    installationId: outgoing.installationId,
    repositoryId: outgoing.repositoryId,
    url: outgoing.app.webhookUrl ?? '',
    requestHeaders: headersOf(outgoing),
    payload: outgoing.payload,
    responseHeaders: outcome.headers,
    responseBody: outcome.body,
  };
  world.store.deliveries.set(id, delivery);
}
