import { z } from 'zod';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

const filesSchema = z.record(z.string(), z.string());

/** Which rules of a repository were agreed to last. */
export function agreedRulesRecords(database: Executor): Pick<Records, 'agreedRules' | 'agreeToRules'> {
  return {
    agreedRules: async (repositoryId) => {
      const { rows } = await database.query<{ commit: string; files: unknown }>(
        'SELECT commit, files FROM tidegate.agreed_rules WHERE repository_id = $1',
        [repositoryId],
      );
      const [row] = rows;
      return row === undefined
        ? null
        : { repositoryId, commit: row.commit, files: filesSchema.parse(row.files) };
    },
    agreeToRules: async ({ repositoryId, commit, files }, before) => {
      const { rowCount } =
        before === null
          ? await database.query(
              `INSERT INTO tidegate.agreed_rules (repository_id, commit, files) VALUES ($1, $2, $3)
               ON CONFLICT (repository_id) DO NOTHING`,
              [repositoryId, commit, files],
            )
          : await database.query(
              `UPDATE tidegate.agreed_rules SET commit = $2, files = $3
                WHERE repository_id = $1 AND commit = $4`,
              [repositoryId, commit, files, before],
            );
      return rowCount === 1;
    },
  };
}
