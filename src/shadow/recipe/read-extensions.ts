import pg from 'pg';
import { withDatabase } from '../ground.ts';
import { preparedGround } from '../names.ts';
import type { ExtensionFacts } from './judge-extensions.ts';
import { withReadingSession } from './reading-session.ts';

interface Named {
  readonly name: string;
}

interface About {
  readonly admin: string;
  /** Null where there is no such database. */
  readonly isTemplate: boolean | null;
}

/** Reads which of these extensions a server has, and which stand in the database for them. Changes nothing. */
export async function readExtensionFacts(
  adminUrl: string,
  wanted: readonly string[],
): Promise<ExtensionFacts> {
  if (wanted.length === 0) return { wanted, available: [], admin: '', ground: null };
  const about = await withReadingSession(adminUrl, async (client) => {
    const available = await client.query<Named>(
      'SELECT name::text FROM pg_available_extensions WHERE name = ANY ($1)',
      [wanted],
    );
    const seen = await client.query<About>(
      `SELECT current_user::text AS admin, (SELECT datistemplate FROM pg_database WHERE datname = $1) AS "isTemplate"`,
      [preparedGround],
    );
    const [about = { admin: '', isTemplate: null }] = seen.rows;
    return { available: namesOf(available.rows), ...about };
  });
  const { available, admin, isTemplate } = about;
  const ground = isTemplate === null ? null : { isTemplate, extensions: await extensionsOf(adminUrl) };
  return { wanted, available, admin, ground };
}

/** Not allowed to connect, or a database that nobody connects to. */
const closed = new Set(['42501', '55000']);

async function extensionsOf(adminUrl: string): Promise<readonly string[] | null> {
  try {
    return await withReadingSession(withDatabase(adminUrl, preparedGround), async (client) => {
      const { rows } = await client.query<Named>('SELECT extname::text AS name FROM pg_extension ORDER BY 1');
      return namesOf(rows);
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError && closed.has(error.code ?? '')) return null;
    throw error;
  }
}

function namesOf(rows: readonly Named[]): readonly string[] {
  return rows.map(({ name }) => name);
}
