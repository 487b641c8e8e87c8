import pg from 'pg';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { openShelf, type BaselineShelf } from './baseline-shelf.ts';
import { createCatalogShelf, type CatalogShelf } from './catalog-shelf.ts';
import { openCloneShelf, type CloneShelf } from './clone-shelf.ts';
import { makeAdmin, makeBaseOwner } from './server-roles.ts';
import { sweepLeftovers } from './sweep.ts';

export interface ShadowServerOptions {
  readonly newId: NewId;
  readonly now: Clock;
  readonly log: Log;
  /** How many copies of a baseline stand ready for the next plans; 2 unless said. */
  readonly spareClones?: number;
}

/** The server on which plans are tried, seen as its administrator, who is no superuser. */
export interface ShadowServer {
  /** As in `server_version_num`, e.g. 180004. */
  readonly versionNumber: number;
  close(): Promise<void>;
  /** Removes what killed runs left; done at the start too. */
  sweep(): Promise<void>;
  readonly admin: pg.Pool;
  /** The administrator's URL of one of the shadow databases. */
  adminUrl(database: string): string;
  readonly baselines: BaselineShelf;
  readonly clones: CloneShelf;
  readonly catalogs: CatalogShelf;
  readonly newId: NewId;
  readonly now: Clock;
  readonly log: Log;
}

/**
 * Makes the server ready for trials: its roles, and no leftovers of runs that were killed. With `superuserUrl`
 * (a server of our own) the administrator is made as well; with `adminUrl` it is the login named there, which
 * needs CREATEDB, CREATEROLE and membership of pg_signal_backend, and should not be a superuser.
 */
export async function openShadowServer(
  options: ShadowServerOptions & ({ readonly superuserUrl: string } | { readonly adminUrl: string }),
): Promise<ShadowServer> {
  const url = 'adminUrl' in options ? options.adminUrl : await makeAdmin(options.superuserUrl);
  await makeBaseOwner(url);
  const admin = new pg.Pool({ connectionString: url, max: 4, application_name: 'tidegate shadow' });
  let isClosing = false;
  admin.on('error', (error) => {
    if (!isClosing) options.log.warn({ error: error.message }, 'the shadow server closed a connection');
  });
  try {
    const versionNumber = await readVersion(admin);
    const { newId, now, log, spareClones = 2 } = options;
    const sweep = (): Promise<void> => sweepLeftovers(admin, now, log);
    await sweep();
    const adminUrl = (database: string): string => withDatabase(url, database);
    const tools = { admin, adminUrl, versionNumber, newId, now, log };
    const clones = openCloneShelf({ ...tools, spares: spareClones });
    const close = async (): Promise<void> => {
      await clones.close();
      isClosing = true;
      await admin.end();
    };
    return { ...tools, baselines: openShelf(tools), clones, catalogs: createCatalogShelf(), sweep, close };
  } catch (error) {
    await admin.end();
    throw error;
  }
}

async function readVersion(admin: pg.Pool): Promise<number> {
  const { rows } = await admin.query<{ version: number }>(
    `SELECT pg_catalog.current_setting('server_version_num')::int AS version`,
  );
  return rows[0]?.version ?? 0;
}

function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
