import type { PastDecision } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import type { Executor } from './executor.ts';

interface Row {
  environment: string;
  pull_request: number;
  digest: string;
  at: Date;
  status: string;
  message: string;
  facts: unknown;
}

/**
 * What is decided before the merge is of the pull request's head; what was to run is of the commit that landed. One
 * that was held is decided again at each look, so that many rows can be of the same.
 */
const newestFirst = `
  SELECT environment, pull_request, digest, at, detail->>'status' AS status, detail->>'message' AS message,
         detail->'facts' AS facts
  FROM tidegate.audit
  WHERE id IN (
    SELECT max(id) FROM tidegate.audit
    WHERE repository_id = $1 AND action = 'gate-decided' AND detail->>'at' = 'apply'
      AND pull_request IS NOT NULL AND environment IS NOT NULL AND digest IS NOT NULL
    GROUP BY pull_request, environment)
  ORDER BY id DESC LIMIT $2`;

/** Decisions on merged pull requests, out of the audit. */
export function pastDecisions(database: Executor): Pick<Records, 'decisionsOnMerged'> {
  return {
    decisionsOnMerged: async (repositoryId, limit) => {
      const { rows } = await database.query<Row>(newestFirst, [repositoryId, limit]);
      return rows.map(({ pull_request: pullRequest, ...row }): PastDecision => ({ pullRequest, ...row }));
    },
  };
}
