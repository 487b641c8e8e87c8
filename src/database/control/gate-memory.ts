import type { Person } from '../../domain/gate.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

/** What the gate was told or has found out, so that it need not ask again. */
export function gateMemoryRecords(
  database: Executor,
): Pick<Records, 'keptPerson' | 'keepPerson' | 'forgetPeople' | 'isSaid' | 'noteSaid'> {
  return {
    keptPerson: async (repositoryId, login, asked, since) => {
      const { rows } = await database.query<Pick<Person, 'role' | 'teams'>>(
        `SELECT role, teams FROM tidegate.person
          WHERE repository_id = $1 AND login = lower($2) AND asked = $3 AND found_at > $4`,
        [repositoryId, login, asked, since],
      );
      return rows[0] === undefined ? null : { login, ...rows[0] };
    },
    keepPerson: async (repositoryId, { login, role, teams }, asked, at) => {
      await database.query(
        `INSERT INTO tidegate.person (repository_id, login, asked, role, teams, found_at)
         VALUES ($1, lower($2), $3, $4, $5, $6)
         ON CONFLICT (repository_id, login, asked) DO UPDATE
           SET role = excluded.role, teams = excluded.teams, found_at = excluded.found_at`,
        [repositoryId, login, asked, role, teams, at],
      );
    },
    forgetPeople: async (repositoryId) => {
      await database.query('DELETE FROM tidegate.person WHERE repository_id = $1', [repositoryId]);
    },
    isSaid: async (repositoryId, pullRequest, place, digest) => {
      const { rowCount } = await database.query(
        `SELECT FROM tidegate.said
          WHERE repository_id = $1 AND pull_request = $2 AND place = $3 AND digest = $4`,
        [repositoryId, pullRequest, place, digest],
      );
      return rowCount === 1;
    },
    noteSaid: async (repositoryId, pullRequest, place, digest) => {
      await database.query(
        `INSERT INTO tidegate.said (repository_id, pull_request, place, digest) VALUES ($1, $2, $3, $4)
         ON CONFLICT (repository_id, pull_request, place) DO UPDATE SET digest = excluded.digest`,
        [repositoryId, pullRequest, place, digest],
      );
    },
  };
}
