import type { DriftRecord, DriftRevert, Records } from '../../ports/records.ts';
import { findingOf } from './documents.ts';
import type { Executor } from './executor.ts';

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

interface RevertRow {
  number: number;
  comment_id: string;
  requester: string;
  digest: string;
  confirmed_by: string[];
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
    driftRevert: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<RevertRow>(
        `SELECT number, comment_id, requester, digest, confirmed_by FROM tidegate.drift_revert
          WHERE repository_id = $1 AND environment = $2`,
        [repositoryId, environment],
      );
      const [row] = rows;
      if (row === undefined) return null;
      const { comment_id: commentId, confirmed_by: confirmedBy, ...rest } = row;
      return { ...rest, commentId: Number(commentId), confirmedBy };
    },
    setDriftRevert: async ({ repositoryId, environment }, revert) => {
      const key = [repositoryId, environment];
      if (revert !== null) return keepRevert(database, key, revert);
      await database.query(
        'DELETE FROM tidegate.drift_revert WHERE repository_id = $1 AND environment = $2',
        key,
      );
    },
  };
}

async function keepRevert(
  database: Executor,
  key: readonly unknown[],
  { number, commentId, requester, digest, confirmedBy }: DriftRevert,
): Promise<void> {
  await database.query(
    `INSERT INTO tidegate.drift_revert
       (repository_id, environment, number, comment_id, requester, digest, confirmed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (repository_id, environment) DO UPDATE
       SET number = excluded.number, comment_id = excluded.comment_id, requester = excluded.requester,
           digest = excluded.digest, confirmed_by = excluded.confirmed_by`,
    [...key, number, commentId, requester, digest, confirmedBy],
  );
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
