import type { PlanRecord } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import { planOf } from './documents.ts';
import type { Executor } from './executor.ts';

interface Row {
  repository_id: string;
  pull_request: number;
  environment: string;
  head: string;
  base: string;
  document: unknown;
  made_at: Date;
}

const columns = 'repository_id, pull_request, environment, head, base, document, made_at';

export function planRecords(
  database: Executor,
): Pick<Records, 'savePlan' | 'planAt' | 'planSeenAt' | 'latestPlan' | 'planByDigest'> {
  const newest = async (condition: string, values: unknown[]): Promise<PlanRecord | null> => {
    const { rows } = await database.query<Row>(
      `SELECT ${columns} FROM tidegate.plan WHERE ${condition} ORDER BY id DESC LIMIT 1`,
      values,
    );
    return rows[0] === undefined ? null : recordOf(rows[0]);
  };
  return {
    savePlan: async (record) => {
      await database.query(
        `INSERT INTO tidegate.plan (repository_id, pull_request, environment, head, base, digest, document, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          record.repositoryId,
          record.pullRequest,
          record.environment,
          record.head,
          record.base,
          record.plan.digest,
          JSON.stringify(record.plan),
          record.madeAt,
        ],
      );
    },
    planAt: (...key) =>
      newest('repository_id = $1 AND pull_request = $2 AND environment = $3 AND head = $4', key),
    // Of a pull request that went to another branch meanwhile the other environment's plan was seen.
    planSeenAt: async (repositoryId, pullRequest, environment, head, at, beside = []) => {
      const seen = await newest(
        'repository_id = $1 AND pull_request = $2 AND head = $3 AND made_at <= $4 AND environment <> ALL ($5)',
        [repositoryId, pullRequest, head, at, beside],
      );
      return seen?.environment === environment ? seen : null;
    },
    latestPlan: (repositoryId, pullRequest, environment) =>
      newest('repository_id = $1 AND pull_request = $2 AND environment = coalesce($3::text, environment)', [
        repositoryId,
        pullRequest,
        environment ?? null,
      ]),
    planByDigest: ({ repositoryId, environment }, digest) =>
      newest('repository_id = $1 AND environment = $2 AND digest = $3', [repositoryId, environment, digest]),
  };
}

function recordOf(row: Row): PlanRecord {
  return {
    repositoryId: Number(row.repository_id),
    pullRequest: row.pull_request,
    environment: row.environment,
    head: row.head,
    base: row.base,
    plan: planOf(row.document),
    madeAt: row.made_at,
  };
}
