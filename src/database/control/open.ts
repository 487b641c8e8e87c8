import pg from 'pg';
import type { ContentCache } from '../../ports/cache.ts';
import type { Records } from '../../ports/records.ts';
import { failureOf } from '../failure.ts';
import { secretsOf } from '../scrub.ts';
import { agreedRulesRecords } from './agreed-rules.ts';
import { announcementRecords } from './announcements.ts';
import { approvalRecords } from './approvals.ts';
import { auditRecords } from './audit-trail.ts';
import { glassRecords } from './broken-glass.ts';
import { changeRecords } from './changes.ts';
import { commentRecords } from './comments.ts';
import { confirmationRecords } from './confirmations.ts';
import { contentCache } from './content-cache.ts';
import { deliveryRecords } from './deliveries.ts';
import { environmentRecords } from './environments.ts';
import { driftRecords } from './drifts.ts';
import type { Executor } from './executor.ts';
import { gateMemoryRecords } from './gate-memory.ts';
import { newNameRecords } from './new-names.ts';
import { migrateControlDatabase } from './migrate.ts';
import { pastDecisions } from './past-decisions.ts';
import { planRecords } from './plans.ts';
import { pushRecords } from './pushes.ts';
import { promotionRecords } from './promotions.ts';
import { rollbackRecords } from './rollbacks.ts';
import { vouchRecords } from './vouches.ts';
import { waitingRecords } from './waiting-changes.ts';

/** Tidegate's own database, opened and up to date. */
export interface ControlDatabase {
  readonly pool: pg.Pool;
  readonly records: Records;
  readonly contentCache: ContentCache;
  /** Runs `work` in one transaction; an error takes all of it back. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const connectTimeoutMs = 10_000;

/**
 * Opens the control database and brings its schema up to date.
 * @throws Error in words for people where it cannot be reached or was used by a newer version; without secrets.
 */
export async function openControlDatabase(url: string): Promise<ControlDatabase> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'tidegate control',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    max: 10,
  });
  outliveBrokenConnections(pool);
  try {
    await withClient(pool, migrateControlDatabase);
  } catch (error) {
    await pool.end();
    throw new Error(`The control database cannot be used: ${failureOf(error, secretsOf(url)).message}`);
  }
  return {
    pool,
    records: recordsIn(pool),
    contentCache: contentCache(pool),
    transaction: (work) => withClient(pool, (client) => inTransaction(client, work)),
    close: () => pool.end(),
  };
}

/**
 * A connection that breaks is replaced where it was idle, and fails what is asked next where it was lent; without
 * listeners for both it would end the process.
 */
export function outliveBrokenConnections(pool: pg.Pool): void {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
}

/** The records over a pool, or over one transaction's client. */
export function recordsIn(database: Executor): Records {
  return {
    ...planRecords(database),
    ...environmentRecords(database),
    ...newNameRecords(database),
    ...changeRecords(database),
    ...rollbackRecords(database),
    ...promotionRecords(database),
    ...commentRecords(database),
    ...vouchRecords(database),
    ...deliveryRecords(database),
    ...announcementRecords(database),
    ...auditRecords(database),
    ...pastDecisions(database),
    ...waitingRecords(database),
    ...glassRecords(database),
    ...confirmationRecords(database),
    ...pushRecords(database),
    ...gateMemoryRecords(database),
    ...approvalRecords(database),
    ...agreedRulesRecords(database),
    ...driftRecords(database),
  };
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release(client.getTransactionStatus() !== 'I');
  }
}

async function inTransaction<T>(
  client: pg.PoolClient,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
