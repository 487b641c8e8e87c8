import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { shadowDirectory } from '../../src/database/embedded/shadow-directory.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { silent } from '../shadow/bench.ts';

/** A PostgreSQL that one file of tests has to itself: for settings of its own, or to take all that it has. */
export interface OwnServer {
  /** The superuser's URL of a database of it. */
  superuserUrl(database: string): string;
  /** Stops it and leaves nothing behind. */
  close(): Promise<void>;
}

/** Starts one with these settings on top of those that suit a shadow. */
export async function startOwnServer(settings: Readonly<Record<string, string>> = {}): Promise<OwnServer> {
  const folder = await temporaryFolder('tidegate-own-');
  const directory = await shadowDirectory(join(folder, 'postgres'));
  const server = await startEmbeddedPostgres({ directory, durable: false, log: silent, settings });
  return {
    superuserUrl: (database) => server.superuserUrl(database),
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
