import pg from 'pg';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { openShelf, type BaselineShelf } from './baseline-shelf.ts';
import { createCatalogShelf, type CatalogShelf } from './catalog-shelf.ts';
import { openCloneShelf, type CloneShelf } from './clone-shelf.ts';
import { findGround, makeGround, withDatabase, type Ground } from './ground.ts';
import { baseOwner } from './names.ts';
import { makeAdmin, makeBaseOwner } from './server-roles.ts';
import { sweepLeftovers } from './sweep.ts';

export interface ShadowServerOptions {
  readonly newId: NewId;
  readonly now: Clock;
  readonly log: Log;
  /** How many copies of a baseline stand ready for the next plans; 2 unless said. */
  readonly spareClones?: number;
  /** Nothing is written to the server before it is fulfilled; where it is rejected, that is thrown. */
  readonly permission?: Promise<unknown>;
  /** Whether leftovers are removed beside the first plans instead of before them. */
  readonly sweepsBeside?: boolean;
  /** What its databases have before any migration runs, as far as the server has it; none unless said. */
  readonly extensions?: readonly string[];
}

/** The server on which plans are tried, seen as its administrator, who is no superuser. */
export interface ShadowServer {
  /** As in `server_version_num`, e.g. 180004. */
  readonly versionNumber: number;
  readonly ground: Ground;
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
  const admin = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'tidegate shadow',
    Client: PunctualClient,
  });
  // One that breaks while it is lent fails what is asked next; without a listener it would end the process.
  admin.on('connect', (client) => client.on('error', () => undefined));
  let isClosing = false;
  admin.on('error', (error) => {
    if (!isClosing) options.log.warn({ error: error.message }, 'the shadow server closed a connection');
  });
  try {
    const [{ versionNumber, hasOwner }] = await Promise.all([look(admin), options.permission]);
    if (!hasOwner) await makeBaseOwner(url);
    const { newId, now, log, spareClones = 2, extensions = [] } = options;
    const ground = await ('superuserUrl' in options
      ? makeGround(options.superuserUrl, extensions)
      : findGround(url, extensions));
    for (const { name, why } of ground.lacks) {
      log.warn({ extension: name }, `migrations that make this extension are not tried: ${why}`);
    }
    const sweep = (): Promise<void> => sweepLeftovers(admin, now, log);
    const swept = sweep();
    const sayFailure = (error: unknown): void =>
      log.warn({ error: String(error) }, 'could not look for leftovers');
    const sweptBeside = swept.catch(sayFailure);
    if (options.sweepsBeside !== true) await swept;
    const adminUrl = (database: string): string => withDatabase(url, database);
    const tools = { admin, adminUrl, ground, versionNumber, newId, now, log };
    const clones = openCloneShelf({ ...tools, spares: spareClones });
    const close = async (): Promise<void> => {
      await Promise.all([clones.close(), sweptBeside]);
      isClosing = true;
      await admin.end();
    };
    return {
      ...tools,
      baselines: openShelf(tools),
      clones,
      catalogs: createCatalogShelf(),
      sweep() {
        clones.renew();
        return sweep();
      },
      close,
    };
  } catch (error) {
    await admin.end();
    throw error;
  }
}

/** The pool's own limit would count the wait for one of its connections as well. */
class PunctualClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: 15_000 });
  }
}

interface Look {
  readonly versionNumber: number;
  /** Whether the role that owns what migrations make is there. */
  readonly hasOwner: boolean;
}

async function look(admin: pg.Pool): Promise<Look> {
  const { rows } = await admin.query<Look>(
    `SELECT pg_catalog.current_setting('server_version_num')::int AS "versionNumber",
            EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1) AS "hasOwner"`,
    [baseOwner],
  );
  return rows[0] ?? { versionNumber: 0, hasOwner: false };
}
