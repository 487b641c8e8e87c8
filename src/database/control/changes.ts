import type { ChangeRecord } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

interface Row {
  repository_id: string;
  environment: string;
  pull_request: number | null;
  commit: string;
  digest: string;
  migrations: string[];
  status: ChangeRecord['status'];
  at: Date;
}

/** A change is known by its environment, commit and digest: saving it again, as a retry does, replaces its status. */
export function changeRecords(database: Executor): Pick<Records, 'saveChange' | 'changesOf'> {
  return {
    saveChange: async (change) => {
      await database.query(
        `INSERT INTO tidegate.change (repository_id, environment, pull_request, commit, digest, migrations, status, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (repository_id, environment, commit, digest) DO UPDATE
           SET pull_request = excluded.pull_request, migrations = excluded.migrations,
               status = excluded.status, at = excluded.at`,
        [
          change.repositoryId,
          change.environment,
          change.pullRequest,
          change.commit,
          change.digest,
          change.migrations,
          change.status,
          change.at,
        ],
      );
    },
    changesOf: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<Row>(
        `SELECT repository_id, environment, pull_request, commit, digest, migrations, status, at
           FROM tidegate.change WHERE repository_id = $1 AND environment = $2 ORDER BY at DESC, id DESC`,
        [repositoryId, environment],
      );
      return rows.map((row) => ({
        repositoryId: Number(row.repository_id),
        environment: row.environment,
        pullRequest: row.pull_request,
        commit: row.commit,
        digest: row.digest,
        migrations: row.migrations,
        status: row.status,
        at: row.at,
      }));
    },
  };
}
