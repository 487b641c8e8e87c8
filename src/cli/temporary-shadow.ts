import { rm } from 'node:fs/promises';
import { installedNative } from '../database/embedded/installed-versions.ts';
import { temporaryFolder } from '../database/embedded/temporary-folder.ts';
import { createLog } from '../service/log.ts';
import { openEmbeddedShadow } from '../service/servers.ts';
import type { Stack } from '../service/stack.ts';
import type { ShadowServer } from '../shadow/shadow-server.ts';
import { majorOf } from '../shadow/shadow-servers.ts';
import { spareClones } from './lasting-shadow.ts';
import { postgresFolder } from './postgres-folder.ts';
import type { Terminal } from './terminal.ts';

/** A throw-away server of the target's version where that is installed, else the one that comes with Tidegate. */
export async function openTemporaryShadow(
  versionNumber: number | null,
  terminal: Terminal,
  stack: Stack,
): Promise<ShadowServer> {
  // Only for errors: that a throw-away server ends an idle connection when it is stopped is no news to anybody.
  const log = createLog('error', []);
  const directory = await temporaryFolder('tidegate-plan-');
  stack.opened('temporary folder', directory, (path) => rm(path, { recursive: true, force: true }));
  const native =
    versionNumber === null ? null : await installedNative(postgresFolder(terminal), majorOf(versionNumber));
  const clock = (): Date => new Date();
  const common = { directory, clock, log, stack, spareClones };
  return openEmbeddedShadow(native === null ? common : { ...common, native });
}
