import pg from 'pg';
import { defaultMigrationSettings } from '../domain/migration.ts';
import { prepareFollower } from './catalog/follow.ts';
import { removeKept, takeKept } from './catalog/kept-catalog.ts';
import { readerOptions } from './catalog/read-catalog.ts';
import { createOwnDatabase, type DatabaseTools } from './databases.ts';
import { heldSql } from './observe.ts';
import { closeLogin, openLogin, type PlanLogin } from './plan-connection.ts';

/** A copy of a baseline for one plan, with both sessions open. */
export interface Clone {
  readonly name: string;
  readonly template: string;
  /** The session that runs migrations. */
  readonly login: PlanLogin;
  /** The administrator's session in the same database. */
  readonly observer: pg.Client;
  /** Whether the observer has planned what it is to ask, which takes as long as asking it some ten times. */
  readonly isPrepared: boolean;
  /** What the template kept of its catalog, for `catalogIn`; null where it kept nothing, and where nobody waits. */
  readonly kept: Buffer | null;
}

/**
 * Copies a template and opens both sessions; `isAhead`: nobody waits for it yet. Throws PostgreSQL's 3D000 where the
 * template is not there any more.
 */
export async function makeClone(tools: DatabaseTools, template: string, isAhead: boolean): Promise<Clone> {
  const database = await createOwnDatabase(tools, 'clone', template);
  const observer = new pg.Client({
    connectionString: tools.adminUrl(database.name),
    options: readerOptions,
    application_name: 'tidegate shadow observer',
  });
  // What ends a session stands in the error of what it was asked.
  observer.on('error', () => undefined);
  const entering = openLogin(database.loginUrl, database.name);
  // It is awaited below, and may fail before that.
  entering.catch(() => undefined);
  // A session takes ten times as long for its first look at its locks: it is taken while the observer is asked.
  entering.then(({ client }) => client.query(heldSql)).catch(() => undefined);
  try {
    await observer.connect();
    const kept = await (isAhead ? removeKept(observer) : takeKept(observer));
    if (isAhead) await prepareFollower(observer, defaultMigrationSettings);
    const login = await entering;
    return { name: database.name, template, login, observer, isPrepared: isAhead, kept };
  } catch (error) {
    await observer.end().catch(() => undefined);
    await entering.then(closeLogin).catch(() => undefined);
    await database.drop();
    throw error;
  }
}
