import type { Contributor } from '../../domain/gate.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

interface Part {
  login: string;
  part: Contributor['as'];
}

/** Who has a part in what the App proposes, and what it has proposed to bring back. */
export function promotionRecords(
  database: Executor,
): Pick<Records, 'addParts' | 'partsIn' | 'broughtBack' | 'noteBroughtBack'> {
  return {
    addParts: async (repositoryId, pullRequest, people) => {
      await database.query(
        `INSERT INTO tidegate.part_in_pull_request (repository_id, pull_request, login, part)
         SELECT DISTINCT $1::bigint, $2::integer, person.login, person.part
           FROM unnest($3::text[], $4::text[]) AS person (login, part)
         ON CONFLICT DO NOTHING`,
        [repositoryId, pullRequest, people.map(({ login }) => login), people.map(({ as }) => as)],
      );
    },
    partsIn: async (repositoryId, pullRequest) => {
      const { rows } = await database.query<Part>(
        `SELECT login, part FROM tidegate.part_in_pull_request
          WHERE repository_id = $1 AND pull_request = $2 ORDER BY login, part`,
        [repositoryId, pullRequest],
      );
      return rows.map(({ login, part }) => ({ login, as: part, commit: null }));
    },
    broughtBack: async ({ repositoryId, environment }, migrations) => {
      const { rows } = await database.query<{ pull_request: number }>(
        `SELECT pull_request FROM tidegate.brought_back
          WHERE repository_id = $1 AND environment = $2 AND migrations = $3::text[] ORDER BY id DESC LIMIT 1`,
        [repositoryId, environment, migrations],
      );
      return rows[0]?.pull_request ?? null;
    },
    noteBroughtBack: async ({ repositoryId, environment }, pullRequest, migrations) => {
      await database.query(
        `INSERT INTO tidegate.brought_back (repository_id, environment, pull_request, migrations)
         VALUES ($1, $2, $3, $4)`,
        [repositoryId, environment, pullRequest, migrations],
      );
    },
  };
}
