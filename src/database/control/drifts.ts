import type { DriftRecord } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import { findingOf } from './documents.ts';
import type { Executor } from './executor.ts';
import { keepRequest, readRequest } from './waiting-requests.ts';

interface Row {
  environment: string;
  fingerprint: string;
  history: string;
  finding: unknown;
  since: Date;
  checked_at: Date;
  issue: number | null;
  released: string | null;
}

/** How environments differ from their histories, and what is to be done about it. */
export function driftRecords(
  database: Executor,
): Pick<Records, 'drift' | 'drifts' | 'setDrift' | 'setDriftIssue' | 'driftRevert' | 'setDriftRevert'> {
  return {
    drift: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<Row>(
        'SELECT * FROM tidegate.drift WHERE repository_id = $1 AND environment = $2',
        [repositoryId, environment],
      );
      return rows[0] === undefined ? null : recordOf(rows[0]);
    },
    drifts: async (repositoryId) => {
      const { rows } = await database.query<Row>(
        `SELECT * FROM tidegate.drift WHERE repository_id = $1 AND (finding->>'kind' = 'drift' OR issue IS NOT NULL)`,
        [repositoryId],
      );
      return new Map(rows.map((row) => [row.environment, recordOf(row)]));
    },
    setDrift: async ({ repositoryId, environment }, record) => {
      const { fingerprint, history, finding, since, checkedAt, released } = record;
      await database.query(
        `INSERT INTO tidegate.drift
           (repository_id, environment, fingerprint, history, finding, since, checked_at, released)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (repository_id, environment) DO UPDATE
           SET fingerprint = excluded.fingerprint, history = excluded.history, finding = excluded.finding,
               since = excluded.since, checked_at = excluded.checked_at, released = excluded.released`,
        [
          repositoryId,
          environment,
          fingerprint,
          history,
          JSON.stringify(finding),
          since,
          checkedAt,
          released,
        ],
      );
    },
    setDriftIssue: async ({ repositoryId, environment }, issue) => {
      await database.query(
        'UPDATE tidegate.drift SET issue = $3 WHERE repository_id = $1 AND environment = $2',
        [repositoryId, environment, issue],
      );
    },
    driftRevert: (key) => readRequest(database, 'drift_revert', key),
    setDriftRevert: (key, revert) => keepRequest(database, 'drift_revert', key, revert),
  };
}

function recordOf(row: Row): DriftRecord {
  return {
    fingerprint: row.fingerprint,
    history: row.history,
    finding: findingOf(row.finding),
    since: row.since,
    checkedAt: row.checked_at,
    issue: row.issue,
    released: row.released,
  };
}
