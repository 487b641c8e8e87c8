import type { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { jobKey, type Job, type JobKind } from '../domain/job.ts';
import { laneOf } from './lanes.ts';

const found = z.array(z.object({ id: z.string(), data: z.unknown() }));

/**
 * The jobs of that kind, under the key of `job`, that wait or run, oldest first. Those that ended are kept for days and may be many
 * thousands: each half is worded as an index of pg-boss's for `key_strict_fifo` is, so that none of them is read.
 */
export async function unfinishedJobs(boss: PgBoss, job: Job, kind: JobKind): Promise<z.infer<typeof found>> {
  const { rows } = await boss.getDb().executeSql(
    `SELECT id, data FROM (
       SELECT id, data, created_on FROM pgboss.job
        WHERE name = $1 AND singleton_key = $2 AND state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'
       UNION ALL
       SELECT id, data, created_on FROM pgboss.job
        WHERE name = $1 AND singleton_key = $2 AND state = 'active' AND policy = 'key_strict_fifo') AS unfinished
      WHERE data->>'kind' = $3 ORDER BY created_on, id`,
    [laneOf(job), jobKey(job), kind],
  );
  return found.parse(rows);
}
