import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect } from 'vitest';
import type { ApplyOrigin, ApplyStep } from '../../src/domain/apply.ts';
import { defaultMigrationSettings, type Direction, type Script } from '../../src/domain/migration.ts';
import type { Log } from '../../src/ports/log.ts';
import type { LockedTarget, Targets } from '../../src/ports/target.ts';
import { createTargets } from '../../src/database/target/targets.ts';
import type { TargetLimits } from '../../src/database/target/options.ts';
import { createDatabase } from './postgres.ts';

const nothing = (): void => undefined;
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
export const dev = { repositoryId: 1, environment: 'dev' };
export const settings = defaultMigrationSettings;
export const origin: ApplyOrigin = { digest: 'd1', commit: 'c0ffee', pullRequest: 7, actor: 'ada' };
export const wait = (ms: number): Promise<void> => sleep(ms);
export const pace = { wait: (): Promise<void> => sleep(20), random: () => 0.5, attempts: 4 };

/** A database of its own, a client that looks into it past the adapter, and the adapter's view of it as `dev`. */
export interface TargetFixture extends AsyncDisposable {
  readonly url: string;
  readonly client: pg.Client;
  readonly targets: Targets;
  /** Another worker: the same database by other connections, at another address where one is given. */
  worker(options?: { url?: string; limits?: Partial<TargetLimits> }): Targets;
  locked<T>(work: (target: LockedTarget) => Promise<T>): Promise<T>;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  historyNames(): Promise<readonly string[]>;
}

export async function openTarget(): Promise<TargetFixture> {
  const database = await createDatabase();
  const client = new pg.Client(database.url);
  client.on('error', () => undefined);
  await client.connect();
  const rows: TargetFixture['rows'] = async (sql) => (await client.query<Record<string, unknown>>(sql)).rows;
  const worker: TargetFixture['worker'] = ({ url = database.url, limits = {} } = {}) =>
    createTargets(
      new Map([['1/dev', { url: () => Promise.resolve(url), readUrl: () => Promise.resolve(null) }]]),
      {
        log: silentLog,
        limits: { lock: 300, lockWait: 5_000, ...limits },
        wait,
        random: () => 0.5,
      },
    );
  const targets = worker();
  return {
    url: database.url,
    client,
    targets,
    worker,
    locked: (work) => targets.withLock(dev, settings, work),
    rows,
    historyNames: async () =>
      (await rows('SELECT name FROM public.pgmigrations ORDER BY run_on, id')).map(({ name }) =>
        String(name),
      ),
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await database.drop();
    },
  };
}

/** A session of somebody else. */
export async function otherSession(url: string): Promise<AsyncDisposable & { client: pg.Client }> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

export function script(...statements: readonly string[]): Script {
  return { statements: statements.map((sql, index) => ({ sql, line: index + 1 })), transaction: true };
}

export function outside(...statements: readonly string[]): Script {
  return { ...script(...statements), transaction: false };
}

export function stepOf(
  migration: string,
  up: Script,
  down: Script | null = null,
  direction: Direction = 'up',
): ApplyStep {
  const runs = direction === 'up' ? up : (down ?? script());
  return { migration, checksum: `sum of ${migration}`, direction, script: runs, up, down };
}

/** A migration that makes a table of its own name and takes it away again. */
export function tableStep(name: string, direction: Direction = 'up'): ApplyStep {
  return stepOf(
    `${name}_table`,
    script(`CREATE TABLE t${name} (id int)`),
    script(`DROP TABLE t${name}`),
    direction,
  );
}

/** Matches any text that holds `part`. */
export function textWith(part: string): unknown {
  return expect.stringContaining(part);
}

/** Asks until the answer is there; fails the test after ten seconds. */
export async function eventually<T>(ask: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await sleep(10);
  }
  throw new Error('it did not come about within ten seconds');
}

/** The session that holds node-pg-migrate's lock. */
export const holdsTheLock = `pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)`;

/** Waits until other sessions of this database match the condition over pg_stat_activity, and ends them. */
export async function terminateWhere(fixture: TargetFixture, condition: string): Promise<void> {
  await eventually(async () => {
    const ended = await fixture.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND (${condition})`,
    );
    return ended.length > 0;
  });
}
