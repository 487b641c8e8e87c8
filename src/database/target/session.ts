import pg from 'pg';
import { failureOf } from '../failure.ts';
import { connect, type ConnectRequest, type TargetConnection } from './connect.ts';
import { inspectServer } from './refusals.ts';

/** The connection that migrations run on; replaced where it broke. */
export interface WorkSession {
  open(): Promise<TargetConnection>;
  /** The connection as each migration finds it: nothing left of the one before. */
  clean(): Promise<TargetConnection>;
  close(): Promise<void>;
}

/**
 * A session like the one that node-pg-migrate's CLI would have (its `search_path` is the `schema` option,
 * `public` by default), free of the timeouts that a role or a database may carry and that would end a session
 * in the middle of a migration.
 */
export function workSession(request: ConnectRequest, schema: string, versionNumber: number): WorkSession {
  let current: TargetConnection | null = null;
  const open = async (): Promise<TargetConnection> => {
    if (current !== null && isUsable(current)) return current;
    await current?.close();
    current = null;
    const connection = await connect(request);
    current = connection;
    // After a failover the address may lead to a server that was none of ours before.
    await inspectServer(connection, request.environment, true);
    return connection;
  };
  return {
    open,
    clean: async () => {
      const connection = await open();
      try {
        await cleanUp(connection.client, schema, versionNumber);
        return connection;
      } catch (error) {
        if (!failureOf(error).connectionLost) throw error;
      }
      // The socket broke while nobody looked: once more, on a new one.
      await connection.close();
      current = null;
      const fresh = await open();
      await cleanUp(fresh.client, schema, versionNumber);
      return fresh;
    },
    close: async () => current?.close(),
  };
}

/** A session that is still inside a transaction is not used again: its server ends it with the connection. */
function isUsable(connection: TargetConnection): boolean {
  return connection.isOpen() && connection.client.getTransactionStatus() === 'I';
}

async function cleanUp(client: pg.Client, schema: string, versionNumber: number): Promise<void> {
  await client.query('DISCARD ALL');
  const settings = [
    `SET client_encoding TO 'UTF8'`,
    `SET search_path TO ${pg.escapeIdentifier(schema)}`,
    'SET tcp_keepalives_idle = 20',
    'SET tcp_keepalives_interval = 10',
    'SET tcp_keepalives_count = 4',
    'SET idle_session_timeout = 0',
    'SET idle_in_transaction_session_timeout = 0',
    // New in PostgreSQL 17.
    ...(versionNumber >= 170_000 ? ['SET transaction_timeout = 0'] : []),
  ];
  await client.query(settings.join('; '));
  // Ends a statement whose client vanished, instead of at its end. Servers on some platforms cannot.
  await client.query(`SET client_connection_check_interval = '2s'`).catch((error: unknown) => {
    if (failureOf(error).connectionLost) throw error;
  });
}
