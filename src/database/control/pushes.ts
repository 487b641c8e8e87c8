import type { Push } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** Who pushed what to a branch, as webhooks or GitHub's list of a branch's pushes told. */
export function pushRecords(
  database: Executor,
): Pick<Records, 'notePush' | 'forgetPushes' | 'pushersOf' | 'pushesTo'> {
  return {
    notePush: async ({ repositoryId, branch, before, head, login }, at) => {
      await database.query(
        `INSERT INTO tidegate.push (repository_id, branch, before, head, login, pushed_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
        [repositoryId, branch, before, head, login, at],
      );
    },
    forgetPushes: async (before) => {
      await database.query('DELETE FROM tidegate.push WHERE pushed_at < $1', [before]);
    },
    pushersOf: async (repositoryId, branch, heads) => {
      const { rows } = await database.query<{ head: string; login: string }>(
        `SELECT head, login FROM tidegate.push
          WHERE repository_id = $1 AND branch = $2 AND head = ANY ($3) ORDER BY pushed_at, login`,
        [repositoryId, branch, heads],
      );
      return rows;
    },
    pushesTo: async (repositoryId, branch) => {
      const { rows } = await database.query<Omit<Push, 'repositoryId' | 'branch'>>(
        `SELECT before, head, login FROM tidegate.push WHERE repository_id = $1 AND branch = $2
          ORDER BY pushed_at DESC LIMIT 50`,
        [repositoryId, branch],
      );
      return rows.map((row) => ({ repositoryId, branch, ...row }));
    },
  };
}
