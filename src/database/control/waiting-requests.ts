import type { EnvironmentKey } from '../../domain/repository.ts';
import type { WaitingRequest } from '../../ports/record-rows.ts';
import type { Executor } from './executor.ts';

interface Row {
  number: number;
  comment_id: string;
  requester: string;
  digest: string;
  confirmed_by: string[];
}

/** Tables of what waits to be confirmed: an environment has one of each at most. */
type Table = 'drift_revert' | 'release_request';

export async function readRequest(
  database: Executor,
  table: Table,
  { repositoryId, environment }: EnvironmentKey,
): Promise<WaitingRequest | null> {
  const { rows } = await database.query<Row>(
    `SELECT number, comment_id, requester, digest, confirmed_by FROM tidegate.${table}
      WHERE repository_id = $1 AND environment = $2`,
    [repositoryId, environment],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { comment_id: commentId, confirmed_by: confirmedBy, ...rest } = row;
  return { ...rest, commentId: Number(commentId), confirmedBy };
}

/** Replaces the one that an environment has; null takes it away. */
export async function keepRequest(
  database: Executor,
  table: Table,
  { repositoryId, environment }: EnvironmentKey,
  request: WaitingRequest | null,
): Promise<void> {
  const key = [repositoryId, environment];
  if (request === null) {
    await database.query(`DELETE FROM tidegate.${table} WHERE repository_id = $1 AND environment = $2`, key);
    return;
  }
  const { number, commentId, requester, digest, confirmedBy } = request;
  await database.query(
    `INSERT INTO tidegate.${table}
       (repository_id, environment, number, comment_id, requester, digest, confirmed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (repository_id, environment) DO UPDATE
       SET number = excluded.number, comment_id = excluded.comment_id, requester = excluded.requester,
           digest = excluded.digest, confirmed_by = excluded.confirmed_by`,
    [...key, number, commentId, requester, digest, confirmedBy],
  );
}
