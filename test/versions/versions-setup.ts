import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { installedNative, installVersion } from '../../src/database/embedded/installed-versions.ts';
import { shadowDirectory } from '../../src/database/embedded/shadow-directory.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { startWatchdog } from '../../src/database/embedded/watchdog.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The data folder that the version is installed in; of `npm run test:versions` alone. */
    readonly versionsData: string;
  }
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // The tests' server has nobody to tell.
}

/** Installs the version that the project is named after, and starts it as the tests' shared server. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const major = Number(/^postgres-(\d+)$/.exec(project.name)?.[1]);
  const data = await temporaryFolder('tidegate-versions-');
  const watchdog = startWatchdog({ dataDirectory: null, remove: [data] });
  const folder = join(data, 'postgres');
  await installVersion({ major, folder, variables: process.env });
  const native = (await installedNative(folder, major)) ?? undefined;
  const directory = await shadowDirectory(join(data, 'server'));
  const server = await startEmbeddedPostgres({ directory, durable: false, log: silent, native });
  project.provide('postgresUrl', server.superuserUrl('postgres'));
  project.provide('versionsData', data);
  project.provide('major', major);
  return async () => {
    await server.stop();
    await rm(data, { recursive: true, force: true });
    await watchdog.dismiss();
  };
}
