import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** Comments that were acted on, and the App's own sticky ones. */
export function commentRecords(
  database: Executor,
): Pick<
  Records,
  | 'isCommentClaimed'
  | 'claimComment'
  | 'stickyComment'
  | 'setStickyComment'
  | 'stickyComments'
  | 'forgetStickyComment'
> {
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
    stickyComment: async (repositoryId, pullRequest, place) => {
      const { rows } = await database.query<{ comment_id: string }>(
        `SELECT comment_id FROM tidegate.sticky_comment
          WHERE repository_id = $1 AND pull_request = $2 AND place = $3`,
        [repositoryId, pullRequest, place ?? ''],
      );
      return rows[0] === undefined ? null : Number(rows[0].comment_id);
    },
    setStickyComment: async (repositoryId, pullRequest, place, commentId) => {
      await database.query(
        `INSERT INTO tidegate.sticky_comment (repository_id, pull_request, place, comment_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (repository_id, pull_request, place) DO UPDATE SET comment_id = excluded.comment_id`,
        [repositoryId, pullRequest, place ?? '', commentId],
      );
    },
    stickyComments: async (repositoryId, pullRequest) => {
      const { rows } = await database.query<{ place: string; comment_id: string }>(
        `SELECT place, comment_id FROM tidegate.sticky_comment
          WHERE repository_id = $1 AND pull_request = $2 ORDER BY place`,
        [repositoryId, pullRequest],
      );
      return new Map(rows.map((row) => [row.place === '' ? null : row.place, Number(row.comment_id)]));
    },
    forgetStickyComment: async (repositoryId, pullRequest, place) => {
      await database.query(
        `DELETE FROM tidegate.sticky_comment WHERE repository_id = $1 AND pull_request = $2 AND place = $3`,
        [repositoryId, pullRequest, place ?? ''],
      );
    },
  };
}
