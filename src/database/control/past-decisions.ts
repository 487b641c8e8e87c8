import type { PastDecision, Records } from '../../ports/records.ts';
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

/** What is decided before the merge is of the pull request's head; what was to run is of the commit that landed. */
const newestFirst = `
  SELECT environment, pull_request, digest, at, detail->>'status' AS status, detail->>'message' AS message,
         detail->'facts' AS facts
  FROM tidegate.audit
  WHERE repository_id = $1 AND action = 'gate-decided' AND detail->>'at' = 'apply'
    AND pull_request IS NOT NULL AND environment IS NOT NULL AND digest IS NOT NULL
  ORDER BY id DESC LIMIT $2`;

/** One that was held is decided more than once: so many rows are looked at for each that is asked for. */
const rowsEach = 4;

/** Decisions on merged pull requests, out of the audit. */
export function pastDecisions(database: Executor): Pick<Records, 'decisionsOnMerged'> {
  return {
    decisionsOnMerged: async (repositoryId, limit) => {
      const { rows } = await database.query<Row>(newestFirst, [repositoryId, limit * rowsEach]);
      const newest = new Map<string, PastDecision>();
      for (const { pull_request: pullRequest, environment, ...row } of rows) {
        const key = `${pullRequest} ${environment}`;
        if (!newest.has(key)) newest.set(key, { pullRequest, environment, ...row });
      }
      return [...newest.values()].slice(0, limit);
    },
  };
}
