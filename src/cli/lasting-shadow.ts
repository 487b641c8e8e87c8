import { randomUUID } from 'node:crypto';
import type { Stack } from '../service/stack.ts';
import { requireSafeServer } from '../shadow/recipe/require-safe.ts';
import { openShadowServer, type ShadowServer } from '../shadow/shadow-server.ts';
import { commandLog } from './command-log.ts';

/** One plan needs one copy: none is made ready for others. */
export const spareClones = 0;

/**
 * Begins to open the shadow server of --shadow; the stack closes it. Nothing is written to it before it is known to be
 * safe. Rejected with UnsafeShadow where it is not, and where it cannot be reached.
 */
export function openLastingShadow(adminUrl: string, stack: Stack): Promise<ShadowServer> {
  const log = commandLog();
  const now = (): Date => new Date();
  const permission = requireSafeServer(adminUrl, false);
  const options = { log, newId: randomUUID, now, spareClones, permission, sweepsBeside: true };
  const opening = openShadowServer({ adminUrl, ...options });
  // Told to whoever awaits it, which is not done before the folder has been read.
  opening.catch(() => undefined);
  return stack.opened('shadow', opening, async (open) => (await open.catch(() => null))?.close());
}
