import { createHash, randomUUID } from 'node:crypto';
import { splitStatements } from '../../src/migrations/split.ts';
import { defaultMigrationSettings, type CompiledMigration, type Script } from '../../src/domain/migration.ts';
import { compiledBaseline, type BaselineRequest } from '../../src/shadow/baseline-request.ts';
import type { ShadowRequest, ShadowSession } from '../../src/shadow/session.ts';
import { withShadowSession } from '../../src/shadow/session.ts';
import { openShadowServer, type ShadowServer } from '../../src/shadow/shadow-server.ts';
import { databaseUrl } from '../support/postgres.ts';

export const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // Nobody reads the log of these tests.
}

export interface TestShadowOptions {
  readonly now?: () => Date;
  readonly newId?: () => string;
  readonly superuserUrl?: string | undefined;
}

/** The shadow server on the tests' shared PostgreSQL, or on that of another superuser's URL. */
export function openTestShadow({
  now = () => new Date(),
  newId = randomUUID,
  superuserUrl = databaseUrl('postgres'),
}: TestShadowOptions = {}): Promise<ShadowServer> {
  return openShadowServer({ superuserUrl, newId, now, log: silent });
}

export interface MigrationText {
  readonly name: string;
  readonly up: string;
  readonly down?: string;
  /** False as after `pgm.noTransaction()`. */
  readonly transaction?: boolean;
}

/** A migration as compiling would give it, from its SQL. */
export async function migration(text: MigrationText): Promise<CompiledMigration> {
  const transaction = text.transaction ?? true;
  return {
    name: text.name,
    path: `migrations/${text.name}.sql`,
    checksum: createHash('sha256').update(JSON.stringify(text)).digest('hex'),
    up: await script(text.up, transaction),
    down: text.down === undefined ? null : await script(text.down, transaction),
    asksDatabase: false,
  };
}

async function script(sql: string, transaction: boolean): Promise<Script> {
  return { statements: await splitStatements(sql, 1), transaction };
}

export interface BaselineOptions
  extends
    Partial<Pick<BaselineRequest, 'settings' | 'roles' | 'onProgress' | 'start'>>,
    Omit<ShadowRequest, 'baseline'> {}

/** Opens a session over a baseline given as SQL. */
export async function withBaseline<T>(
  server: ShadowServer,
  texts: readonly MigrationText[],
  work: (session: ShadowSession) => Promise<T>,
  { settings = defaultMigrationSettings, roles = [], onProgress, start, ...request }: BaselineOptions = {},
): Promise<T> {
  const baseline = compiledBaseline(await Promise.all(texts.map(migration)));
  return withShadowSession(
    server,
    { ...request, baseline: { ...baseline, settings, roles, onProgress, start } },
    work,
  );
}
