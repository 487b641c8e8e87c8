import type { Records } from '../../ports/records.ts';
import { holdOf } from './documents.ts';
import type { Executor } from './executor.ts';

/** What is remembered of an environment: whether it is on hold, and how far its branch was dealt with. */
export function environmentRecords(
  database: Executor,
): Pick<
  Records,
  | 'hold'
  | 'setHold'
  | 'endHold'
  | 'reconciledCommit'
  | 'setReconciledCommit'
  | 'targetIdentity'
  | 'setTargetIdentity'
> {
  return {
    hold: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<{ document: unknown }>(
        'SELECT document FROM tidegate.hold WHERE repository_id = $1 AND environment = $2',
        [repositoryId, environment],
      );
      return rows[0] === undefined ? null : holdOf(rows[0].document);
    },
    setHold: async ({ repositoryId, environment }, hold) => {
      await database.query(
        `INSERT INTO tidegate.hold (repository_id, environment, document, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (repository_id, environment) DO UPDATE SET document = excluded.document, since = excluded.since`,
        [repositoryId, environment, JSON.stringify(hold), hold.since],
      );
    },
    endHold: async ({ repositoryId, environment }) => {
      await database.query('DELETE FROM tidegate.hold WHERE repository_id = $1 AND environment = $2', [
        repositoryId,
        environment,
      ]);
    },
    reconciledCommit: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<{ commit: string }>(
        'SELECT commit FROM tidegate.reconciled WHERE repository_id = $1 AND environment = $2',
        [repositoryId, environment],
      );
      return rows[0]?.commit ?? null;
    },
    targetIdentity: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<{ identity: string }>(
        'SELECT identity FROM tidegate.target_identity WHERE repository_id = $1 AND environment = $2',
        [repositoryId, environment],
      );
      return rows[0]?.identity ?? null;
    },
    setTargetIdentity: async ({ repositoryId, environment }, identity) => {
      await database.query(
        `INSERT INTO tidegate.target_identity (repository_id, environment, identity) VALUES ($1, $2, $3)
         ON CONFLICT (repository_id, environment) DO UPDATE SET identity = excluded.identity, seen_at = now()`,
        [repositoryId, environment, identity],
      );
    },
    setReconciledCommit: async ({ repositoryId, environment }, commit) => {
      await database.query(
        `INSERT INTO tidegate.reconciled (repository_id, environment, commit) VALUES ($1, $2, $3)
         ON CONFLICT (repository_id, environment) DO UPDATE SET commit = excluded.commit`,
        [repositoryId, environment, commit],
      );
    },
  };
}
