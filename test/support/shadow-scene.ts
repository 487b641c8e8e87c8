import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { CompiledMigration } from '../../src/domain/migration.ts';
import type { ShadowSession, StepTrial } from '../../src/shadow/session.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';
import { migration, openTestShadow, withBaseline, type MigrationText } from '../shadow/bench.ts';
import { whileAnswering } from './answering.ts';
import { databaseUrl, withClient } from './postgres.ts';

/** A shadow server with an honest plan under way, which guards a secret, beside the hostile ones. */
export interface ShadowScene {
  readonly server: ShadowServer;
  /** The honest plan's database. */
  readonly sibling: string;
  /** A file that nothing may make. */
  readonly canaryFile: string;
  /**
   * Does what is hostile while the app is asked and the honest plan takes its next step; then sees that the
   * canary is as it was.
   */
  during<T>(hostile: () => Promise<T>): Promise<T>;
  /** Runs SQL as the up of a hostile migration on a clone of its own. */
  attack(
    sql: string | CompiledMigration,
    options?: Parameters<typeof withBaseline>[3] & { readonly transaction?: boolean },
  ): Promise<StepTrial>;
  close(): Promise<void>;
}

const canary: MigrationText = {
  name: '1_canary',
  up: `CREATE TABLE canary (state text); INSERT INTO canary VALUES ('alive');`,
};

/** The scene on the tests' shared server, or on that of this superuser's URL. */
export async function openScene(superuserUrl?: string): Promise<ShadowScene> {
  const server = await openTestShadow({ superuserUrl });
  const honest = await holdSession(server);
  const canaryFile = join(tmpdir(), `tidegate-canary-${randomUUID()}`);
  let steps = 0;
  const goOn = async (): Promise<void> => {
    steps += 1;
    const next = await migration({ name: `${steps + 1}_on`, up: `CREATE TABLE step_${steps} (id int);` });
    expect((await honest.session.step(next, 'up')).problem).toBeNull();
  };
  const during = async <T>(hostile: () => Promise<T>): Promise<T> => {
    const [result] = await whileAnswering(() => Promise.all([hostile(), goOn()]));
    await goOn();
    expect(await honest.session.ask('SELECT state FROM canary')).toEqual([{ state: 'alive' }]);
    expect(existsSync(canaryFile)).toBe(false);
    return result;
  };
  return {
    server,
    sibling: await nameOf(honest.session),
    canaryFile,
    during,
    attack: async (sql, options = {}) => {
      const { transaction = true, ...request } = options;
      const hostile =
        typeof sql === 'string' ? await migration({ name: '1_hostile', up: sql, transaction }) : sql;
      return during(() => withBaseline(server, [], (session) => session.step(hostile, 'up'), request));
    },
    async close() {
      await honest.end();
      await server.close();
    },
  };
}

/** Keeps a session open until it is told to end. */
async function holdSession(
  server: ShadowServer,
): Promise<{ readonly session: ShadowSession; end(): Promise<void> }> {
  const over = Promise.withResolvers<undefined>();
  const opened = Promise.withResolvers<ShadowSession>();
  const whole = withBaseline(server, [canary], (session) => {
    opened.resolve(session);
    return over.promise;
  });
  whole.catch(opened.reject);
  const session = await opened.promise;
  return {
    session,
    async end() {
      over.resolve(undefined);
      await whole;
    },
  };
}

export async function asSuperuser<T extends object>(
  sql: string,
  superuserUrl = databaseUrl('postgres'),
): Promise<readonly T[]> {
  return withClient(superuserUrl, async (client) => (await client.query<T>(sql)).rows);
}

/** The database of a session; its login has the same name. */
export async function nameOf(session: ShadowSession): Promise<string> {
  const [row] = await session.ask('SELECT current_database()::text AS name');
  return String(row?.['name']);
}

/** The URL of a database with the login of a session, whose password is set to a known one. */
export async function loginAs(
  name: string,
  database: string,
  superuserUrl = databaseUrl('postgres'),
): Promise<string> {
  await asSuperuser(`ALTER ROLE ${name} PASSWORD 'known'`, superuserUrl);
  const url = new URL(superuserUrl);
  [url.username, url.password, url.pathname] = [name, 'known', database];
  return url.href;
}
