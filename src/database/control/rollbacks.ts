import type { EnvironmentKey } from '../../domain/repository.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

interface Row {
  id: number;
  repository_id: string;
  environment: string;
  pull_request: number;
  taken_back: RollbackRecord['of'];
  comment_id: string;
  requester: string;
  migrations: string[];
  before: string[];
  digest: string;
  accept_data_loss: boolean;
  drift: string | null;
  confirmed_by: string[];
  status: RollbackRecord['status'];
  revert_pull_request: number | null;
}

export function rollbackRecords(
  database: Executor,
): Pick<
  Records,
  | 'startRollback'
  | 'updateRollback'
  | 'setRevertPullRequest'
  | 'rollbackOf'
  | 'rollbackRevertedBy'
  | 'rollbacksIn'
> {
  const newest = async (
    key: EnvironmentKey,
    by: 'pull_request' | 'revert_pull_request',
    number: number,
  ): Promise<RollbackRecord | null> => {
    const { rows } = await database.query<Row>(
      `SELECT * FROM tidegate.rollback
        WHERE repository_id = $1 AND environment = $2 AND ${by} = $3
        ORDER BY id DESC LIMIT 1`,
      [key.repositoryId, key.environment, number],
    );
    return rows[0] === undefined ? null : recordOf(rows[0]);
  };
  return {
    startRollback: async (record) => {
      const { rows } = await database.query<{ id: number }>(
        `WITH left_running AS (
           UPDATE tidegate.rollback SET status = 'failed'
            WHERE repository_id = $1 AND environment = $2 AND status = 'running')
         INSERT INTO tidegate.rollback (repository_id, environment, pull_request, comment_id, requester, migrations,
                                        digest, accept_data_loss, drift, confirmed_by, status, before,
                                        revert_pull_request, taken_back)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id`,
        [record.repositoryId, record.environment, ...valuesOf(record), record.revertPullRequest, record.of],
      );
      const [row] = rows;
      if (row === undefined) throw new Error('The control database returned no id for a rollback.');
      return { ...record, id: row.id };
    },
    updateRollback: async (record) => {
      await database.query(
        `UPDATE tidegate.rollback
            SET pull_request = $1, comment_id = $2, requester = $3, migrations = $4, digest = $5,
                accept_data_loss = $6, drift = $7, confirmed_by = $8, status = $9, before = $10
          WHERE id = $11`,
        [...valuesOf(record), record.id],
      );
    },
    setRevertPullRequest: async (rollback, revertPullRequest) => {
      await database.query('UPDATE tidegate.rollback SET revert_pull_request = $2 WHERE id = $1', [
        rollback,
        revertPullRequest,
      ]);
    },
    rollbackOf: (key, pullRequest) => newest(key, 'pull_request', pullRequest),
    rollbacksIn: async ({ repositoryId, environment }, migrations) => {
      const { rows } = await database.query<Row>(
        `SELECT * FROM tidegate.rollback
          WHERE repository_id = $1 AND environment = $2 AND (migrations || before) && $3::text[]
            AND status IN ('done', 'failed')
          ORDER BY id DESC`,
        [repositoryId, environment, migrations],
      );
      return rows.map(recordOf);
    },
    rollbackRevertedBy: (key, revertPullRequest) => newest(key, 'revert_pull_request', revertPullRequest),
  };
}

function valuesOf(record: Omit<RollbackRecord, 'id'>): unknown[] {
  return [
    record.pullRequest,
    record.commentId,
    record.requester,
    record.migrations,
    record.digest,
    record.acceptDataLoss,
    record.drift,
    record.confirmedBy,
    record.status,
    record.before,
  ];
}

function recordOf(row: Row): RollbackRecord {
  return {
    id: row.id,
    repositoryId: Number(row.repository_id),
    environment: row.environment,
    pullRequest: row.pull_request,
    of: row.taken_back,
    commentId: Number(row.comment_id),
    requester: row.requester,
    migrations: row.migrations,
    before: row.before,
    digest: row.digest,
    acceptDataLoss: row.accept_data_loss,
    drift: row.drift,
    confirmedBy: row.confirmed_by,
    status: row.status,
    revertPullRequest: row.revert_pull_request,
  };
}
