import type { Executor } from './executor.ts';

/**
 * Binds a repository's name, as the server's file has it, to the numeric id that was first seen under it; returns
 * the id that it is bound to. A later repository of that name gets the first one's id, and so no credentials.
 */
export async function bindRepository(database: Executor, name: string, id: number): Promise<number> {
  await database.query(
    'INSERT INTO tidegate.bound_repository (name, repository_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [name, id],
  );
  return (await boundRepository(database, name)) ?? id;
}

/** The id that a name was bound to; null where it was bound to none. */
export async function boundRepository(database: Executor, name: string): Promise<number | null> {
  const { rows } = await database.query<{ repository_id: string }>(
    'SELECT repository_id FROM tidegate.bound_repository WHERE name = $1',
    [name],
  );
  return rows[0] === undefined ? null : Number(rows[0].repository_id);
}
