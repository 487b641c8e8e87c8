import type { AuditEntry, AuditQuery, AuditRow } from '../../domain/audit.ts';
import type { LastRun, MigrationEnd } from '../../ports/record-rows.ts';
import type { Records } from '../../ports/records.ts';
import { scrub } from '../scrub.ts';
import type { Executor } from './executor.ts';

interface Row {
  id: string;
  at: Date;
  repository_id: string;
  environment: string | null;
  pull_request: number | null;
  commit: string | null;
  actor: string;
  action: AuditEntry['action'];
  migration: string | null;
  digest: string | null;
  detail: Record<string, unknown>;
}

type EndRow = Omit<MigrationEnd, 'pullRequest'> & { pull_request: number | null };

/** Whose a row is by now: a name is given up, and another environment can have it after that. */
const whose = `coalesce((
    SELECT former.environment FROM tidegate.former_name AS former
     WHERE former.repository_id = $1 AND former.name = audit.environment AND former.up_to >= audit.id
     ORDER BY former.up_to LIMIT 1), audit.environment)`;

/** Who did what, in the order of writing. A trigger refuses every change of what is written. */
export function auditRecords(
  database: Executor,
): Pick<Records, 'audit' | 'lastRuns' | 'lastEnds' | 'auditOf'> {
  return {
    audit: async (entry) => {
      await database.query(
        `INSERT INTO tidegate.audit (repository_id, environment, pull_request, commit, actor, action, migration, digest, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          entry.repositoryId,
          entry.environment,
          entry.pullRequest,
          entry.commit,
          entry.actor,
          entry.action,
          entry.migration,
          entry.digest,
          JSON.stringify(entry.detail, withoutSecrets),
        ],
      );
    },
    lastRuns: async (repositoryId) => {
      const { rows } = await database.query<LastRun>(
        `SELECT DISTINCT ON (${whose}, migration) ${whose} AS environment, migration, actor FROM tidegate.audit
          WHERE repository_id = $1 AND action = 'applied' ORDER BY ${whose}, migration, id DESC`,
        [repositoryId],
      );
      return rows;
    },
    lastEnds: async ({ repositoryId, environment }, migrations) => {
      const { rows } = await database.query<EndRow>(
        `SELECT DISTINCT ON (migration) migration, action, pull_request, digest, at FROM tidegate.audit
          WHERE repository_id = $1 AND migration = ANY($3) AND environment = ANY (ARRAY(
              SELECT $2 UNION SELECT name FROM tidegate.former_name WHERE repository_id = $1 AND environment = $2))
            AND ${whose} = $2
            AND action IN ('applied', 'apply-failed', 'apply-in-doubt', 'rolled-back')
          ORDER BY migration, id DESC`,
        [repositoryId, environment, migrations],
      );
      return rows.map(({ pull_request: pullRequest, ...end }) => ({ ...end, pullRequest }));
    },
    auditOf: (repositoryId, query = {}) => pagesOf(database, repositoryId, query),
  };
}

/** Rows that are read at once. */
const pageLength = 1_000;

async function* pagesOf(
  database: Executor,
  repositoryId: number,
  { environment, pullRequest, migration, actor, action, since, until }: AuditQuery,
): AsyncGenerator<readonly AuditRow[]> {
  const asked = [environment, pullRequest, migration, actor, action, since, until];
  for (let after = 0; ;) {
    const { rows } = await database.query<Row>(
      `SELECT * FROM tidegate.audit
        WHERE repository_id = $1 AND id > $2
          AND ($4::text IS NULL OR environment = $4) AND ($5::integer IS NULL OR pull_request = $5)
          AND ($6::text IS NULL OR migration = $6) AND ($7::text IS NULL OR lower(actor) = lower($7))
          AND ($8::text IS NULL OR action = $8)
          AND ($9::timestamptz IS NULL OR at >= $9) AND ($10::timestamptz IS NULL OR at < $10)
        ORDER BY id LIMIT $3`,
      [repositoryId, after, pageLength, ...asked.map((one) => one ?? null)],
    );
    const page = rows.map(rowOf);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < pageLength) return;
    after = last.id;
  }
}

function rowOf(row: Row): AuditRow {
  return {
    id: Number(row.id),
    at: row.at,
    repositoryId: Number(row.repository_id),
    environment: row.environment,
    pullRequest: row.pull_request,
    commit: row.commit,
    actor: row.actor,
    action: row.action,
    migration: row.migration,
    digest: row.digest,
    detail: row.detail,
  };
}

function withoutSecrets(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? scrub(value) : value;
}
