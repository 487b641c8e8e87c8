import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Stack } from '../service/stack.ts';
import { openAdmin } from '../shadow/admin.ts';
import { requireSafeServer } from '../shadow/recipe/require-safe.ts';
import type { ShadowServer } from '../shadow/shadow-server.ts';
import { commandLog } from './command-log.ts';

/** One plan needs one copy: none is made ready for others. */
export const spareClones = 0;

/**
 * Begins to open the shadow server of --shadow; the stack closes it. Nothing is written to it before it is known to be
 * safe. Rejected with UnsafeShadow where it is not, and where it cannot be reached.
 */
export function openLastingShadow(adminUrl: string, stack: Stack): Promise<ShadowServer> {
  const opening = open(adminUrl);
  // Told to whoever awaits it, which is not done before the folder has been read.
  opening.catch(() => undefined);
  return stack.opened('shadow', opening, async (opened) => (await opened.catch(() => null))?.close());
}

async function open(adminUrl: string): Promise<ShadowServer> {
  const permission = requireSafeServer(adminUrl, false);
  permission.catch(() => undefined);
  const log = commandLog();
  const admin = openAdmin(adminUrl, log, false);
  // The server is at work on its first answer while what follows is loaded.
  await setImmediate();
  const { openShadowServer } = await import('../shadow/shadow-server.ts');
  const now = (): Date => new Date();
  const options = { log, admin, newId: randomUUID, now, spareClones, permission, sweepsBeside: true };
  return openShadowServer({ adminUrl, ...options });
}
