import type pg from 'pg';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { openAdmin, type Admin } from './admin.ts';
import { openShelf, type BaselineShelf } from './baseline-shelf.ts';
import { createCatalogShelf, type CatalogShelf } from './catalog-shelf.ts';
import { openCloneShelf, type CloneShelf } from './clone-shelf.ts';
import { findGround, makeGround, withDatabase, type Ground } from './ground.ts';
import { makeAdmin, makeBaseOwner } from './server-roles.ts';
import { sweepLeftovers } from './sweep.ts';

export interface ShadowServerOptions {
  readonly newId: NewId;
  readonly now: Clock;
  readonly log: Log;
  /** How many copies of a baseline stand ready for the next plans; 2 unless said. */
  readonly spareClones?: number | undefined;
  /** Where it has been opened already; one of its own unless given. It is closed with the server. */
  readonly admin?: Admin;
  /** Nothing is written to the server before it is fulfilled; where it is rejected, that is thrown. */
  readonly permission?: Promise<unknown>;
  /** Whether leftovers are removed beside the first plan instead of before it. */
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
  const opened = options.admin ?? openAdmin(url, options.log);
  const { pool: admin, look } = opened;
  try {
    const [{ versionNumber, hasOwner }] = await Promise.all([look, options.permission]);
    if (!hasOwner) await makeBaseOwner(url);
    const { newId, now, log, spareClones = 2, extensions = [] } = options;
    const ground = await ('superuserUrl' in options
      ? makeGround(options.superuserUrl, extensions)
      : findGround(url, extensions));
    for (const { name, why } of ground.lacks) {
      log.warn({ extension: name }, `migrations that make this extension are not tried: ${why}`);
    }
    const sweep = (): Promise<void> => sweepLeftovers(admin, now, log);
    const sayFailure = (error: unknown): void =>
      log.warn({ error: String(error) }, 'could not look for leftovers');
    let swept: Promise<void> | null = null;
    const sweepOnce = (): Promise<void> => (swept ??= sweep().catch(sayFailure));
    if (options.sweepsBeside !== true) await (swept = sweep());
    const adminUrl = (database: string): string => withDatabase(url, database);
    const tools = { admin, adminUrl, ground, versionNumber, newId, now, log };
    const clones = openCloneShelf({ ...tools, spares: spareClones });
    const close = async (): Promise<void> => {
      await Promise.all([clones.close(), sweepOnce()]);
      await opened.close();
    };
    return {
      ...tools,
      baselines: openShelf(tools),
      // A plan that waits for a copy asks first; its session is idle while the copy is at work.
      clones: {
        ...clones,
        async take(template) {
          const clone = await clones.take(template);
          void sweepOnce();
          return clone;
        },
      },
      catalogs: createCatalogShelf(),
      sweep() {
        clones.renew();
        return sweep();
      },
      close,
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
