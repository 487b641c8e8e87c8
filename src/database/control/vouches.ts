import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

interface Row {
  login: string;
  comment_id: string;
}

/** Which commits of strangers' pull requests may be run, and at whose word. */
export function vouchRecords(database: Executor): Pick<Records, 'vouch' | 'vouchOf'> {
  return {
    vouch: async ({ repositoryId, pullRequest, head, login, commentId }) => {
      const { rowCount } = await database.query(
        `INSERT INTO tidegate.vouch (repository_id, pull_request, head, login, comment_id)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [repositoryId, pullRequest, head, login, commentId],
      );
      return rowCount === 1;
    },
    vouchOf: async (repositoryId, pullRequest, head) => {
      const { rows } = await database.query<Row>(
        `SELECT login, comment_id FROM tidegate.vouch
          WHERE repository_id = $1 AND pull_request = $2 AND head = $3`,
        [repositoryId, pullRequest, head],
      );
      const [row] = rows;
      if (row === undefined) return null;
      return { repositoryId, pullRequest, head, login: row.login, commentId: Number(row.comment_id) };
    },
  };
}
