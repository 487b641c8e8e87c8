import type { MigrationSettings } from '../../domain/migration.ts';
import { environmentId, type EnvironmentKey } from '../../domain/repository.ts';
import { TargetUnavailable, type LockedTarget, type Targets, type TargetState } from '../../ports/target.ts';
import { connect, type ConnectRequest, type TargetConnection } from './connect.ts';
import { dumpSchema } from './dump-schema.ts';
import { estimateRowsOf } from './estimate-rows.ts';
import { historyTable } from './history-table.ts';
import { joinedReads } from './joined-reads.ts';
import { takeMigrationLock } from './lock.ts';
import { lockedTarget } from './locked-target.ts';
import { lookAt } from './look.ts';
import {
  defaultTargetLimits,
  type TargetDatabase,
  type TargetLimits,
  type TargetOptions,
} from './options.ts';
import { prepareTarget } from './prepare.ts';
import { putBackSql } from './put-back.ts';
import { inspectServer, isBehindProxy, refusePooler } from './refusals.ts';
import { workSession } from './session.ts';
import { rememberRows } from './remembered-rows.ts';
import { readState, readStateAgain } from './state.ts';
import { inWordsOf } from './words.ts';

/** The databases of the environments, by `environmentId`. Urls are asked for when a connection is opened. */
export function createTargets(
  databases: ReadonlyMap<string, TargetDatabase>,
  options: TargetOptions,
): Targets {
  const limits: TargetLimits = { ...defaultTargetLimits, ...options.limits };
  const joined = joinedReads<TargetState>();
  const opened = (key: EnvironmentKey): Opening => opening(databases, key, limits, options);
  const remembered = rememberRows();
  return {
    has: (key) => databases.has(environmentId(key)),
    read: async (key, settings) => {
      const opening = opened(key);
      const table = historyTable(settings);
      // A new connection is what most of a read waits for: plans that ask at once share one.
      return joined(JSON.stringify([environmentId(key), table]), (begins) =>
        reading(opening, async ({ client, place }, versionNumber) => {
          begins();
          const which = JSON.stringify([environmentId(key), place, table.id]);
          const { state, rows } = await readStateAgain(client, table, versionNumber, remembered.get(which));
          remembered.keep(which, rows);
          return state;
        }),
      );
    },
    putBack: (settings, state, names) => putBackSql(historyTable(settings), state, names),
    schema: async (key, settings) => {
      const opening = opened(key);
      return reading(opening, async ({ client, place }, versionNumber) => {
        const url = (await opening.database.readUrl()) ?? (await opening.database.url());
        const { environment } = key;
        const sql = await dumpSchema({ environment, place, url, versionNumber, path: options.path ?? '' });
        const { history } = await readState(client, historyTable(settings), versionNumber);
        return { sql, history: history.map(({ name }) => name) };
      });
    },
    look: async (key, settings, work) =>
      reading(opened(key), async ({ client }, versionNumber) =>
        lookAt(client, historyTable(settings), versionNumber, work),
      ),
    estimateRows: async (key, relations) =>
      reading(opened(key), async ({ client }) => estimateRowsOf(client, relations)),
    withLock: async (key, settings, work) => withLock(opened(key), settings, work),
  };
}

interface Opening {
  readonly key: EnvironmentKey;
  readonly database: TargetDatabase;
  readonly limits: TargetLimits;
  readonly options: TargetOptions;
  readonly request: ConnectRequest;
}

function opening(
  databases: ReadonlyMap<string, TargetDatabase>,
  key: EnvironmentKey,
  limits: TargetLimits,
  options: TargetOptions,
): Opening {
  const database = databases.get(environmentId(key));
  const { environment } = key;
  if (database === undefined) {
    throw new TargetUnavailable(
      `No database is configured for environment ${environment}. Add it under \`databases\` in the server's configuration.`,
    );
  }
  const request = { environment, timeoutMs: limits.connect, url: () => database.url() };
  return { key, database, limits, options, request };
}

async function reading<T>(
  { key, database, options, request }: Opening,
  work: (connection: TargetConnection, versionNumber: number) => Promise<T>,
): Promise<T> {
  const readUrl = await database.readUrl();
  const connection = await connect(
    readUrl === null ? request : { ...request, url: () => Promise.resolve(readUrl) },
  );
  try {
    const facts = await inspectServer(connection, key.environment, options.allowNewerServers ?? false);
    // What could not be applied there later is refused now, while it is planned.
    if (readUrl === null && isBehindProxy(connection, facts)) await refusePoolerAt(request, connection);
    return await inWordsOf(key.environment, connection, () => work(connection, facts.versionNumber));
  } finally {
    await connection.close();
  }
}

async function refusePoolerAt(request: ConnectRequest, connection: TargetConnection): Promise<void> {
  const second = await connect(request);
  try {
    await refusePooler(request.environment, connection, [second]);
  } finally {
    await second.close();
  }
}

async function withLock<T>(
  { key, limits, options, request }: Opening,
  settings: MigrationSettings,
  work: (target: LockedTarget) => Promise<T>,
): Promise<T> {
  const { environment } = key;
  const lock = await takeMigrationLock({
    ...request,
    answerMs: 30_000,
    waitMs: limits.lockWait,
    wait: options.wait,
    random: options.random,
  });
  const { versionNumber } = await inspectServer(
    lock.connection,
    environment,
    options.allowNewerServers ?? false,
  ).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const session = workSession(request, settings.schema, versionNumber);
  try {
    const connection = await session.clean();
    await refusePooler(environment, connection, [lock.connection]);
    const history = historyTable(settings);
    const fencingToken = await inWordsOf(environment, connection, () =>
      prepareTarget(connection.client, history, limits.lockWait),
    );
    const context = { session, history, fencingToken, limits, log: options.log, wait: options.wait };
    return await work(lockedTarget(context, lock, versionNumber));
  } finally {
    await session.close();
    await lock.release();
  }
}
