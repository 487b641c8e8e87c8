import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** Comments that were acted on, and the App's own sticky ones. */
export function commentRecords(
  database: Executor,
): Pick<Records, 'isCommentClaimed' | 'claimComment' | 'stickyComment' | 'setStickyComment'> {
  return {
    isCommentClaimed: async (repositoryId, commentId) => {
      const { rowCount } = await database.query(
        'SELECT FROM tidegate.claimed_comment WHERE repository_id = $1 AND comment_id = $2',
        [repositoryId, commentId],
      );
      return rowCount === 1;
    },
    claimComment: async (repositoryId, commentId) => {
      const { rowCount } = await database.query(
        `INSERT INTO tidegate.claimed_comment (repository_id, comment_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [repositoryId, commentId],
      );
      return rowCount === 1;
    },
    stickyComment: async (repositoryId, pullRequest) => {
      const { rows } = await database.query<{ comment_id: string }>(
        'SELECT comment_id FROM tidegate.sticky_comment WHERE repository_id = $1 AND pull_request = $2',
        [repositoryId, pullRequest],
      );
      return rows[0] === undefined ? null : Number(rows[0].comment_id);
    },
    setStickyComment: async (repositoryId, pullRequest, commentId) => {
      await database.query(
        `INSERT INTO tidegate.sticky_comment (repository_id, pull_request, comment_id) VALUES ($1, $2, $3)
         ON CONFLICT (repository_id, pull_request) DO UPDATE SET comment_id = excluded.comment_id`,
        [repositoryId, pullRequest, commentId],
      );
    },
  };
}
