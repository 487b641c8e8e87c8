import type { KnownApproval } from '../../domain/gate.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** Which approvals counted when a gate was decided last, of which plan they are, and who was asked to look again. */
export function approvalRecords(
  database: Executor,
): Pick<
  Records,
  | 'seenReviews'
  | 'noteSeenReviews'
  | 'knownApprovals'
  | 'setKnownApprovals'
  | 'isAskedAgain'
  | 'noteAskedAgain'
> {
  return {
    seenReviews: async ({ repositoryId, environment }, pullRequest, beside = []) => {
      const { rows } = await database.query<{
        review: string;
        digest: string | null;
        severity: Severity | null;
      }>(
        // Its own stands before another's.
        `SELECT DISTINCT ON (review) review, CASE environment WHEN $2 THEN digest END AS digest,
                CASE environment WHEN $2 THEN severity END AS severity
           FROM tidegate.seen_review WHERE repository_id = $1 AND pull_request = $3 AND environment <> ALL ($4)
          ORDER BY review, environment <> $2`,
        [repositoryId, environment, pullRequest, beside],
      );
      return new Map(rows.map(({ review, ...plan }) => [Number(review), plan]));
    },
    noteSeenReviews: async ({ repositoryId, environment }, pullRequest, reviews) => {
      const given = [...reviews].map(([review, plan]) => ({ review, ...plan }));
      await database.query(
        `INSERT INTO tidegate.seen_review (repository_id, environment, pull_request, review, digest, severity)
         SELECT $1, $2, $3, review, digest, severity
           FROM jsonb_to_recordset($4::jsonb) AS one (review bigint, digest text, severity text)
         ON CONFLICT DO NOTHING`,
        [repositoryId, environment, pullRequest, JSON.stringify(given)],
      );
    },
    knownApprovals: async ({ repositoryId, environment }, pullRequest) => {
      const { rows } = await database.query<KnownApproval>(
        `SELECT login, plan, fallen FROM tidegate.standing_approval
          WHERE repository_id = $1 AND environment = $2 AND pull_request = $3 ORDER BY login`,
        [repositoryId, environment, pullRequest],
      );
      return rows;
    },
    setKnownApprovals: async ({ repositoryId, environment }, pullRequest, approvals) => {
      const key = [repositoryId, environment, pullRequest];
      // One statement, so that nobody reads the half of it.
      await database.query(
        `WITH given AS (SELECT * FROM jsonb_to_recordset($4::jsonb) AS one (login text, plan text, fallen text)),
              gone AS (
                DELETE FROM tidegate.standing_approval
                 WHERE repository_id = $1 AND environment = $2 AND pull_request = $3
                   AND login NOT IN (SELECT login FROM given))
         INSERT INTO tidegate.standing_approval (repository_id, environment, pull_request, login, plan, fallen)
         SELECT $1, $2, $3, login, plan, fallen FROM given
         ON CONFLICT (repository_id, environment, pull_request, login) DO UPDATE
           SET plan = excluded.plan, fallen = excluded.fallen`,
        [...key, JSON.stringify(approvals)],
      );
    },
    isAskedAgain: async (repositoryId, pullRequest, login, plan) => {
      const { rowCount } = await database.query(
        `SELECT FROM tidegate.asked_again
          WHERE repository_id = $1 AND pull_request = $2 AND login = lower($3) AND plan = $4`,
        [repositoryId, pullRequest, login, plan],
      );
      return rowCount === 1;
    },
    noteAskedAgain: async (repositoryId, pullRequest, login, plan) => {
      await database.query(
        `INSERT INTO tidegate.asked_again (repository_id, pull_request, login, plan)
         VALUES ($1, $2, lower($3), $4) ON CONFLICT DO NOTHING`,
        [repositoryId, pullRequest, login, plan],
      );
    },
  };
}
