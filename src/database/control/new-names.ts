import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** Tables of what an environment has one of, in one row or in several that belong together. */
const oneEach = ['reconciled', 'looked_at', 'drift', 'drift_revert', 'release_request', 'waiting_change'];

/** Tables of what it has any number of. Plans and what people said of them are made anew: their digests name it. */
const manyEach = ['change', 'rollback', 'broken_glass', 'brought_back', 'former_name'];

/** In one statement, so that nobody finds half of it. */
const takeNewName = `
  WITH known AS (
    DELETE FROM tidegate.target_identity WHERE repository_id = $1 AND environment = $2 RETURNING identity, seen_at),
  identity AS (
    INSERT INTO tidegate.target_identity (repository_id, environment, identity, seen_at)
    SELECT $1, $3, identity, seen_at FROM known
        ON CONFLICT (repository_id, environment) DO NOTHING),
  held AS (
    DELETE FROM tidegate.hold WHERE repository_id = $1 AND environment = $2 RETURNING document, since),
  hold AS (
    INSERT INTO tidegate.hold (repository_id, environment, document, since)
    SELECT $1, $3, coalesce($4::jsonb, document), since FROM held
        ON CONFLICT (repository_id, environment) DO UPDATE SET document = excluded.document, since = excluded.since),
  ${oneEach.map(moveOne).join(', ')},
  ${manyEach.map(moveMany).join(', ')},
  noted AS (
    INSERT INTO tidegate.audit (repository_id, environment, actor, action, detail)
    SELECT $1, $3, 'tidegate', 'environment-renamed', jsonb_build_object('was', $2::text) FROM known
    RETURNING id),
  former AS (
    INSERT INTO tidegate.former_name (repository_id, environment, name, up_to) SELECT $1, $3, $2, id FROM noted)
  SELECT FROM known`;

export function newNameRecords(database: Executor): Pick<Records, 'takeNewName'> {
  return {
    takeNewName: async ({ repositoryId, environment }, name, hold) => {
      const document = hold === null ? null : JSON.stringify(hold);
      const { rowCount } = await database.query(takeNewName, [repositoryId, environment, name, document]);
      return rowCount === 1;
    },
  };
}

function moveOne(table: string): string {
  const there = `EXISTS (SELECT FROM tidegate.${table} WHERE repository_id = $1 AND environment = $3)`;
  return `${table}_left AS (
    DELETE FROM tidegate.${table} WHERE repository_id = $1 AND environment = $2 AND ${there}),
  ${table}_moved AS (
    UPDATE tidegate.${table} SET environment = $3 WHERE repository_id = $1 AND environment = $2 AND NOT ${there})`;
}

function moveMany(table: string): string {
  return `${table}_moved AS (
    UPDATE tidegate.${table} SET environment = $3 WHERE repository_id = $1 AND environment = $2)`;
}
