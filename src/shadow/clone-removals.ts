import type pg from 'pg';
import type { Log } from '../ports/log.ts';
import type { Clone } from './clone.ts';
import { closeLogin } from './plan-connection.ts';
import { dropCopy, dropLogin } from './sweep.ts';

/** As many as one burst of plans leaves behind. */
const mostWaiting = 20;

/** Copies that are no longer needed. */
export interface CloneRemovals {
  /** Ends its sessions and drops it, without being waited for. */
  drop(clone: Clone): void;
  /** Ends its sessions; it is dropped with the others that wait, or before where many do. */
  dropLater(clone: Clone): void;
  /** Drops all that wait. */
  dropWaiting(): void;
  /** Drops all that wait, and waits for all that is being dropped. */
  close(): Promise<void>;
}

export function openRemovals({ admin, log }: { readonly admin: pg.Pool; readonly log: Log }): CloneRemovals {
  const waiting: Leaving[] = [];
  const working = new Set<Promise<void>>();
  const follow = (work: Promise<void>): void => {
    working.add(work);
    void work.finally(() => working.delete(work));
  };
  const drop = (leaving: Leaving): void => follow(remove(admin, log, leaving));
  const dropWaiting = (): void => waiting.splice(0).forEach(drop);
  return {
    drop: (clone) => drop(leave(clone)),
    dropLater(clone) {
      waiting.push(leave(clone));
      if (waiting.length > mostWaiting) waiting.splice(0, 1).forEach(drop);
    },
    dropWaiting,
    async close() {
      dropWaiting();
      while (working.size > 0) await Promise.all(working);
    },
  };
}

interface Leaving {
  readonly name: string;
  /** Settles when both sessions have ended. */
  readonly ended: Promise<unknown>;
}

function leave({ name, login, observer }: Clone): Leaving {
  return { name, ended: Promise.allSettled([closeLogin(login), observer.end()]) };
}

async function remove(admin: pg.Pool, log: Log, { name, ended }: Leaving): Promise<void> {
  await ended;
  try {
    await dropCopy(admin, name);
    await dropLogin(admin, name);
  } catch (error) {
    log.warn({ name, error: String(error) }, 'a shadow database stays until it is swept');
  }
}
