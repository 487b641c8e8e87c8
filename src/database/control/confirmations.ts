import type { Records } from '../../ports/records.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Executor } from './executor.ts';
import { keepRequest, readRequest } from './waiting-requests.ts';

interface ConfirmationRow {
  login: string;
  issue: number;
  severity: Severity | null;
  at: Date;
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
    releaseRequest: (key) => readRequest(database, 'release_request', key),
    setReleaseRequest: (key, request) => keepRequest(database, 'release_request', key, request),
  };
}
