import pg from 'pg';
import type { CompiledMigration } from '../domain/migration.ts';
import type { Clock } from '../ports/clock.ts';
import { adminRole, baseOwner, writeStandInMark } from './names.ts';
import { rolesCreatedBy } from './privileged-kinds.ts';

/** More than any honest migration names; keeps a hostile one from filling the server with roles. */
const mostRoles = 200;

/**
 * Makes roles that exist on the target, or that the history creates, without login, so that migrations can
 * grant to them and hand objects over. Only a role of our making is opened to migrations: one that stood on the
 * server before may have rights there.
 */
export async function ensureStandInRoles(
  { admin, now }: { readonly admin: pg.Pool; readonly now: Clock },
  wanted: readonly string[],
): Promise<void> {
  const names = [...new Set(wanted)].filter(isFree).slice(0, mostRoles);
  if (names.length === 0) return;
  const { rows } = await admin.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolname = ANY ($1)',
    [names],
  );
  const mark = writeStandInMark(now);
  const present = new Set(rows.map(({ name }) => name));
  for (const name of names) if (!present.has(name)) await makeRole(admin, name, mark);
}

/**
 * The roles that these migrations create themselves, and those of `present` that their text mentions: a cluster
 * can have more roles than a shadow should make.
 */
export async function rolesNeeded(
  migrations: readonly Pick<CompiledMigration, 'up' | 'down'>[],
  present: readonly string[],
): Promise<readonly string[]> {
  const statements = migrations.flatMap(({ up, down }) => [...up.statements, ...(down?.statements ?? [])]);
  const text = statements.map(({ sql }) => sql).join('\n');
  return [...present.filter((role) => text.includes(role)), ...(await rolesCreatedBy(statements))];
}

function isFree(name: string): boolean {
  const reserved = name.startsWith('pg_') || name.startsWith(adminRole) || name === baseOwner;
  return !reserved && name !== 'public' && name !== 'none' && Buffer.byteLength(name) <= 63;
}

async function makeRole(admin: pg.Pool, name: string, mark: string): Promise<void> {
  const quoted = pg.escapeIdentifier(name);
  try {
    await admin.query(`BEGIN;
      CREATE ROLE ${quoted} NOLOGIN;
      COMMENT ON ROLE ${quoted} IS ${pg.escapeLiteral(mark)};
      GRANT ${quoted} TO ${baseOwner};
      COMMIT`);
  } catch (error) {
    // Another plan made it at the same moment.
    const taken = error instanceof pg.DatabaseError && (error.code === '42710' || error.code === '23505');
    if (!taken) throw error;
  }
}
