import type { Records } from '../../ports/records.ts';
import { holdOf } from './documents.ts';
import type { Executor } from './executor.ts';

/** What is remembered of an environment: whether it is on hold, and how far its branch was dealt with. */
export function environmentRecords(
  database: Executor,
): Pick<
  Records,
  | 'hold'
  | 'heldEnvironments'
  | 'setHold'
  | 'setHoldIssue'
  | 'setWaysOut'
  | 'endHold'
  | 'reconciledCommit'
  | 'lookedAt'
  | 'setLookedAt'
  | 'setReconciledCommit'
  | 'forgetReconciledCommit'
  | 'targetIdentity'
  | 'setTargetIdentity'
  | 'environmentsAt'
  | 'seenDatabases'
> {
  return {
    hold: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<{ document: unknown }>(
        'SELECT document FROM tidegate.hold WHERE repository_id = $1 AND environment = $2',
        [repositoryId, environment],
      );
      return rows[0] === undefined ? null : holdOf(rows[0].document);
    },
    heldEnvironments: async (repositoryId) => {
      const { rows } = await database.query<{ environment: string }>(
        'SELECT environment FROM tidegate.hold WHERE repository_id = $1 ORDER BY environment',
        [repositoryId],
      );
      return rows.map(({ environment }) => environment);
    },
    setHold: async ({ repositoryId, environment }, hold) => {
      await database.query(
        `INSERT INTO tidegate.hold (repository_id, environment, document, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (repository_id, environment) DO UPDATE SET since = excluded.since,
           document = excluded.document || CASE WHEN excluded.document->>'issue' IS NULL
             THEN jsonb_build_object('issue', hold.document->'issue') ELSE '{}' END`,
        [repositoryId, environment, JSON.stringify(hold), hold.since],
      );
    },
    setHoldIssue: async ({ repositoryId, environment }, since, issue) => {
      const { rowCount } = await database.query(
        `UPDATE tidegate.hold SET document = document || jsonb_build_object('issue', $4::integer)
          WHERE repository_id = $1 AND environment = $2 AND since = $3 AND document->>'issue' IS NULL`,
        [repositoryId, environment, since, issue],
      );
      return rowCount === 1;
    },
    setWaysOut: async ({ repositoryId, environment }, since, waysOut) => {
      await database.query(
        `UPDATE tidegate.hold SET document = document || jsonb_build_object('waysOut', $4::jsonb)
          WHERE repository_id = $1 AND environment = $2 AND since = $3`,
        [repositoryId, environment, since, JSON.stringify(waysOut)],
      );
    },
    endHold: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<{ document: unknown }>(
        `WITH ended AS (
           SELECT document FROM tidegate.hold WHERE repository_id = $1 AND environment = $2 FOR UPDATE),
         back AS (
           UPDATE tidegate.hold SET document = document->'beneath', since = (document->'beneath'->>'since')::timestamptz
            WHERE repository_id = $1 AND environment = $2 AND document ? 'beneath'),
         gone AS (
           DELETE FROM tidegate.hold
            WHERE repository_id = $1 AND environment = $2 AND NOT document ? 'beneath')
         SELECT document FROM ended`,
        [repositoryId, environment],
      );
      return rows[0] === undefined ? null : holdOf(rows[0].document);
    },
    lookedAt: async ({ repositoryId, environment }) => {
      const { rows } = await database.query<{ commit: string }>(
        'SELECT commit FROM tidegate.looked_at WHERE repository_id = $1 AND environment = $2',
        [repositoryId, environment],
      );
      return rows[0]?.commit ?? null;
    },
    setLookedAt: async ({ repositoryId, environment }, commit) => {
      await database.query(
        `INSERT INTO tidegate.looked_at (repository_id, environment, commit) VALUES ($1, $2, $3)
         ON CONFLICT (repository_id, environment) DO UPDATE SET commit = excluded.commit`,
        [repositoryId, environment, commit],
      );
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
    environmentsAt: async (repositoryId, identity) => {
      const { rows } = await database.query<{ environment: string }>(
        `SELECT environment FROM tidegate.target_identity
          WHERE repository_id = $1 AND identity = $2 ORDER BY seen_at, environment`,
        [repositoryId, identity],
      );
      return rows.map(({ environment }) => environment);
    },
    seenDatabases: async (repositoryId) => {
      const { rows } = await database.query<{ environment: string; identity: string }>(
        `SELECT environment, identity FROM tidegate.target_identity
          WHERE repository_id = $1 ORDER BY seen_at, environment`,
        [repositoryId],
      );
      return new Map(rows.map(({ environment, identity }) => [environment, identity]));
    },
    forgetReconciledCommit: async ({ repositoryId, environment }) => {
      await database.query('DELETE FROM tidegate.reconciled WHERE repository_id = $1 AND environment = $2', [
        repositoryId,
        environment,
      ]);
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
