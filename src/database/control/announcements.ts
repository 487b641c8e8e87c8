import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** The outbox: what GitHub has not taken yet. */
export function announcementRecords(
  database: Executor,
): Pick<Records, 'addAnnouncement' | 'announcement' | 'removeAnnouncement' | 'announcementsSince'> {
  return {
    addAnnouncement: async (repositoryId, payload) => {
      const { rows } = await database.query<{ id: number }>(
        'INSERT INTO tidegate.announcement (repository_id, payload) VALUES ($1, $2) RETURNING id',
        [repositoryId, JSON.stringify(payload)],
      );
      const [row] = rows;
      if (row === undefined) throw new Error('The control database returned no id for an announcement.');
      return { id: row.id, repositoryId, payload };
    },
    announcement: async (id) => {
      const { rows } = await database.query<{ repository_id: string; payload: unknown }>(
        'SELECT repository_id, payload FROM tidegate.announcement WHERE id = $1',
        [id],
      );
      const [row] = rows;
      return row === undefined ? null : { id, repositoryId: Number(row.repository_id), payload: row.payload };
    },
    removeAnnouncement: async (id) => {
      await database.query('DELETE FROM tidegate.announcement WHERE id = $1', [id]);
    },
    announcementsSince: async (repositoryId, before) => {
      const { rows } = await database.query<{ id: number; payload: unknown }>(
        'SELECT id, payload FROM tidegate.announcement WHERE repository_id = $1 AND added_at < $2 ORDER BY id',
        [repositoryId, before],
      );
      return rows.map(({ id, payload }) => ({ id, repositoryId, payload }));
    },
  };
}
