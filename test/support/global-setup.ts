import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { bundledMajor } from '../../src/database/embedded/pinned-versions.ts';
import { shadowDirectory } from '../../src/database/embedded/shadow-directory.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { startWatchdog } from '../../src/database/embedded/watchdog.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's URL of the tests' shared server. */
    readonly postgresUrl: string;
    /** Its major version. */
    readonly major: number;
  }
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // The tests' server has nobody to tell.
}

/** One PostgreSQL for the whole run: tests take fresh databases of it (`createDatabase`). */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder('tidegate-tests-');
  const watchdog = startWatchdog({ dataDirectory: null, remove: [folder] });
  const directory = await shadowDirectory(join(folder, 'postgres'));
  const server = await startEmbeddedPostgres({ directory, durable: false, log: silent });
  project.provide('postgresUrl', server.superuserUrl('postgres'));
  project.provide('major', bundledMajor);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    await watchdog.dismiss();
  };
}
