import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../ports/log.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { prepareLayout, removeLayout, turnLog, type Layout } from './layout.ts';
import { stopPostmaster } from './postmaster.ts';
import { launch } from './launch.ts';
import { serverUser } from './server-user.ts';
import { startWatchdog } from './watchdog.ts';

export interface EmbeddedOptions {
  /**
   * Made where it is missing. Data, log and password stand below it; where it is closed to the server's user,
   * those of a server that is not durable stand below the temporary folder instead.
   */
  readonly directory: string;
  /**
   * False: data is written carelessly, an earlier run's is thrown away at start and ours at the end, and what a
   * session may take is bounded, since untrusted SQL runs there.
   */
  readonly durable: boolean;
  readonly log: Log;
  /** Folder of the PostgreSQL to run (`bin`, `lib`, `share`); the one that came with Tidegate where absent. */
  readonly native?: string | undefined;
  /** Settings of the server, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL of our own on 127.0.0.1, on a port of its own choosing. */
export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  /** Holds the password: never to be logged. */
  superuserUrl(database: string): string;
  /** Ends all sessions and the server. Calling it again does nothing. */
  stop(): Promise<void>;
}

const graceMs = 10_000;

// PostgreSQL's "Non-Durable Settings": nothing here outlives the process that uses it.
const careless = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

// What one session of a hostile plan may take of what all share.
const frugal = { temp_file_limit: '1GB', max_locks_per_transaction: '256' };
const processBytes = 1024 ** 3;

/** Pages of 8 KiB of notifications that nobody has read; PostgreSQL 17 and newer. */
const notifications = { max_notify_queue_pages: '16384' };

async function settingsFor(
  { durable, settings }: EmbeddedOptions,
  layout: Layout,
): Promise<Readonly<Record<string, string>>> {
  if (durable) return settings ?? {};
  const major = Number(await readFile(join(layout.data, 'PG_VERSION'), 'utf8'));
  return { ...careless, ...frugal, ...(major >= 17 ? notifications : {}), ...settings };
}

/**
 * Starts a PostgreSQL from the binaries that npm installed, as an unprivileged user where this process is root.
 * A server that an earlier run left in the same folder is stopped first. Where this process is killed, a
 * watchdog stops the server and removes what was not durable. Throws where there are no binaries for this
 * machine, no user to run it as, or it does not come up; the message then ends with the server's own log.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const user = await serverUser();
  const prepare = (): Promise<Layout> => prepareLayout(options.directory, user, options.durable);
  const layout = await prepare();
  await stopPostmaster(layout.data, graceMs);
  if (!options.durable) await removeLayout(layout).then(prepare);
  const watchdog = startWatchdog({
    dataDirectory: layout.data,
    remove: options.durable ? [] : [layout.directory],
  });
  try {
    const binaries = await findBinaries(layout.directory, user !== null, options.native);
    const password = await ensureCluster(layout, binaries, user);
    await turnLog(layout);
    const settings = await settingsFor(options, layout);
    const { port, pid } = await launch({
      program: binaries.postgres,
      layout,
      user,
      settings,
      processBytes: options.durable ? null : processBytes,
    });
    options.log.info({ port, pid, directory: layout.directory }, 'an embedded PostgreSQL is up');
    return {
      port,
      pid,
      superuserUrl: (database) =>
        `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
      stop: once(() => end(layout, options.durable, () => watchdog.dismiss())),
    };
  } catch (error) {
    await end(layout, options.durable, () => watchdog.dismiss());
    throw error;
  }
}

async function end(layout: Layout, durable: boolean, dismiss: () => Promise<void>): Promise<void> {
  await stopPostmaster(layout.data, graceMs);
  if (!durable) await removeLayout(layout);
  await dismiss();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= work());
}
