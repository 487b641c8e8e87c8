import type { PushRecord, Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** Who pushed what to a branch, as webhooks told. */
export function pushRecords(database: Executor): Pick<Records, 'notePush' | 'pushesTo'> {
  return {
    notePush: async ({ repositoryId, branch, before, after, pusher }) => {
      await database.query(
        `INSERT INTO tidegate.push (repository_id, branch, before, after, pusher) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING`,
        [repositoryId, branch, before, after, pusher],
      );
    },
    pushesTo: async (repositoryId, branch) => {
      const { rows } = await database.query<Omit<PushRecord, 'repositoryId' | 'branch'>>(
        `SELECT before, after, pusher FROM tidegate.push WHERE repository_id = $1 AND branch = $2
          ORDER BY id DESC LIMIT 50`,
        [repositoryId, branch],
      );
      return rows.map((row) => ({ repositoryId, branch, ...row }));
    },
  };
}
