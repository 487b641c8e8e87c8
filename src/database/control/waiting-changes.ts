import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

interface Row {
  commit: string;
  pull_request: number | null;
  digest: string;
  until: Date;
  zone: string;
}

/** What waits for a window, by environment. */
export function waitingRecords(database: Executor): Pick<Records, 'waitingChanges' | 'setWaitingChanges'> {
  return {
    waitingChanges: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<Row>(
        `SELECT commit, pull_request, digest, until, zone FROM tidegate.waiting_change
          WHERE repository_id = $1 AND environment = $2 ORDER BY place`,
        [repositoryId, environment],
      );
      return rows.map(({ pull_request: pullRequest, until: at, zone, ...row }) => ({
        commit: row.commit,
        digest: row.digest,
        pullRequest,
        opening: { at, zone },
      }));
    },
    setWaitingChanges: async ({ repositoryId, environment }, changes) => {
      const rows = changes.map(({ commit, pullRequest, digest, opening: { at, zone } }, place) => ({
        place,
        commit,
        pull_request: pullRequest,
        digest,
        until: at,
        zone,
      }));
      await database.query(
        `WITH wanted AS (
           SELECT * FROM jsonb_to_recordset($3::jsonb)
             AS wanted (place int, commit text, pull_request int, digest text, until timestamptz, zone text)),
         gone AS (
           DELETE FROM tidegate.waiting_change standing WHERE repository_id = $1 AND environment = $2
             AND NOT EXISTS (SELECT FROM wanted WHERE wanted.place = standing.place))
         INSERT INTO tidegate.waiting_change (repository_id, environment, place, commit, pull_request, digest, until, zone)
         SELECT $1, $2, place, commit, pull_request, digest, until, zone FROM wanted
         ON CONFLICT (repository_id, environment, place) DO UPDATE
           SET commit = excluded.commit, pull_request = excluded.pull_request, digest = excluded.digest,
               until = excluded.until, zone = excluded.zone`,
        [repositoryId, environment, JSON.stringify(rows)],
      );
    },
  };
}
