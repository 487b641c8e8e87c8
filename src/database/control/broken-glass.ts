import type { GlassRecord } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

interface Row {
  id: number;
  repository_id: string;
  environment: string;
  pull_request: number | null;
  digest: string;
  login: string;
  why: string;
  number: number;
  comment_id: string;
  at: Date;
  used_for: string | null;
  issue: number | null;
  reviewed_at: Date | null;
}

/** Who let which plan through out of its window or without its approvals. */
export function glassRecords(
  database: Executor,
): Pick<Records, 'breakGlass' | 'glassOf' | 'unreviewedGlass' | 'glassSaid' | 'updateGlass'> {
  const found = async (where: string, values: unknown[]): Promise<readonly GlassRecord[]> => {
    const sql = `SELECT * FROM tidegate.broken_glass WHERE ${where} ORDER BY id DESC`;
    return (await database.query<Row>(sql, values)).rows.map(recordOf);
  };
  return {
    breakGlass: async (record) => {
      const { rowCount } = await database.query(
        `INSERT INTO tidegate.broken_glass
           (repository_id, environment, pull_request, digest, login, why, number, comment_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
        [
          record.repositoryId,
          record.environment,
          record.pullRequest,
          record.digest,
          record.login,
          record.why,
          record.number,
          record.commentId,
          record.at,
        ],
      );
      return rowCount === 1;
    },
    glassOf: ({ repositoryId, environment }, digest) =>
      found('repository_id = $1 AND environment = $2 AND digest = $3', [repositoryId, environment, digest]),
    unreviewedGlass: (repositoryId, number) =>
      found('repository_id = $1 AND (issue = $2 OR pull_request = $2) AND reviewed_at IS NULL', [
        repositoryId,
        number,
      ]),
    glassSaid: async ({ repositoryId, environment }, commentId) => {
      const values = [repositoryId, environment, commentId];
      const where = 'repository_id = $1 AND environment = $2 AND comment_id = $3';
      return (await found(where, values))[0] ?? null;
    },
    updateGlass: async ({ id, usedFor, issue, reviewedAt }) => {
      await database.query(
        `UPDATE tidegate.broken_glass
            SET used_for = coalesce(used_for, $2), issue = coalesce(issue, $3), reviewed_at = coalesce(reviewed_at, $4)
          WHERE id = $1`,
        [id, usedFor, issue, reviewedAt],
      );
    },
  };
}

function recordOf(row: Row): GlassRecord {
  return {
    id: row.id,
    repositoryId: Number(row.repository_id),
    environment: row.environment,
    pullRequest: row.pull_request,
    digest: row.digest,
    login: row.login,
    why: row.why,
    number: row.number,
    commentId: Number(row.comment_id),
    at: row.at,
    usedFor: row.used_for,
    issue: row.issue,
    reviewedAt: row.reviewed_at,
  };
}
