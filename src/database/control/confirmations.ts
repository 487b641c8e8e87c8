import type { Records, ReleaseRequest } from '../../ports/records.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Executor } from './executor.ts';

interface ConfirmationRow {
  login: string;
  issue: number;
  severity: Severity | null;
  at: Date;
}

interface ReleaseRow {
  number: number;
  comment_id: string;
  requester: string;
  digest: string;
  confirmed_by: string[];
}

/** What people agreed to by `/confirm`, and releases that wait for it. */
export function confirmationRecords(
  database: Executor,
): Pick<
  Records,
  'keepConfirmation' | 'withdrawConfirmation' | 'confirmationsOf' | 'releaseRequest' | 'setReleaseRequest'
> {
  return {
    keepConfirmation: async ({ repositoryId, environment, digest, change, login, issue, severity, at }) => {
      await database.query(
        `INSERT INTO tidegate.confirmation (repository_id, environment, digest, change, login, issue, severity, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (repository_id, environment, digest, change, login) DO UPDATE
           SET issue = excluded.issue, severity = excluded.severity, at = excluded.at`,
        [repositoryId, environment, digest, change, login, issue, severity, at],
      );
    },
    withdrawConfirmation: async (repositoryId, digest, login) => {
      const { rowCount } = await database.query(
        `DELETE FROM tidegate.confirmation
          WHERE repository_id = $1 AND digest = $2 AND lower(login) = lower($3)`,
        [repositoryId, digest, login],
      );
      return (rowCount ?? 0) > 0;
    },
    confirmationsOf: async ({ repositoryId, environment }, digest, change) => {
      const { rows } = await database.query<ConfirmationRow>(
        `SELECT login, issue, severity, at FROM tidegate.confirmation
          WHERE repository_id = $1 AND environment = $2 AND digest = $3 AND change = $4 ORDER BY at`,
        [repositoryId, environment, digest, change],
      );
      return rows.map((row) => ({ repositoryId, environment, digest, change, ...row }));
    },
    releaseRequest: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<ReleaseRow>(
        `SELECT number, comment_id, requester, digest, confirmed_by FROM tidegate.release_request
          WHERE repository_id = $1 AND environment = $2`,
        [repositoryId, environment],
      );
      const [row] = rows;
      if (row === undefined) return null;
      const { comment_id: commentId, confirmed_by: confirmedBy, ...rest } = row;
      return { repositoryId, environment, ...rest, commentId: Number(commentId), confirmedBy };
    },
    setReleaseRequest: async ({ repositoryId, environment }, request) => {
      const key = [repositoryId, environment];
      if (request !== null) return keepRequest(database, request);
      await database.query(
        'DELETE FROM tidegate.release_request WHERE repository_id = $1 AND environment = $2',
        key,
      );
    },
  };
}

async function keepRequest(database: Executor, request: ReleaseRequest): Promise<void> {
  await database.query(
    `INSERT INTO tidegate.release_request
       (repository_id, environment, number, comment_id, requester, digest, confirmed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (repository_id, environment) DO UPDATE
       SET number = excluded.number, comment_id = excluded.comment_id, requester = excluded.requester,
           digest = excluded.digest, confirmed_by = excluded.confirmed_by`,
    [
      request.repositoryId,
      request.environment,
      request.number,
      request.commentId,
      request.requester,
      request.digest,
      request.confirmedBy,
    ],
  );
}
