import type { Probot } from 'probot';
import type { Event } from './domain/event.ts';
import { eventOf } from './intake/event-of.ts';
import { pushOf } from './intake/push-of.ts';
import type { Push } from './ports/record-rows.ts';

/** A webhook whose signature was verified, in Tidegate's words; `event` is null for what Tidegate does not act on. */
export interface Delivery {
  /** GitHub's GUID, the same for a redelivery. */
  readonly id: string;
  readonly name: string;
  readonly event: Event | null;
  /** Who pushed what, where it tells of that. */
  readonly push: Push | null;
}

/** The Probot app: every webhook goes to intake, which keeps it durably before GitHub is answered. */
export function tidegateApp(app: Probot, receive: (delivery: Delivery) => Promise<void>): void {
  app.onAny(async ({ id, name, payload }) => {
    await receive({ id, name, event: eventOf(name, payload), push: pushOf(name, payload) });
  });
}
