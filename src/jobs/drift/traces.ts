import type { Trace } from '../../domain/drift.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import type { TargetView } from '../../ports/target.ts';

interface Row {
  readonly name: string;
  readonly owner: string;
  readonly at: Date | null;
}

const most = 200;

/**
 * Of each object that is there: when the newest row of PostgreSQL's catalog about it was committed, where the server
 * keeps that (`track_commit_timestamp`), and whose it is.
 */
const tracesSql = `WITH found AS (
    SELECT asked.name, c.relowner AS owner,
           (SELECT x.xmin FROM (
              SELECT c.xmin UNION ALL SELECT a.xmin FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
              UNION ALL SELECT co.xmin FROM pg_constraint co WHERE co.conrelid = c.oid) AS x
             ORDER BY age(x.xmin) LIMIT 1) AS written
      FROM unnest($1::text[]) AS asked (name) JOIN pg_class c ON c.oid = to_regclass(asked.name)
    UNION ALL
    SELECT asked.name, p.proowner, p.xmin
      FROM unnest($2::text[]) AS asked (name) JOIN pg_proc p ON p.oid = to_regprocedure(asked.name))
  SELECT name, pg_get_userbyid(owner)::text AS owner,
         CASE WHEN current_setting('track_commit_timestamp') = 'on' THEN pg_xact_commit_timestamp(written) END AS at
    FROM found`;

/** What PostgreSQL can say of who made these changes and when; nothing is guessed. */
export async function tracesOf(
  view: Pick<TargetView, 'ask' | 'owners'>,
  changes: readonly SchemaChange[],
): Promise<readonly Trace[]> {
  const there = changes.filter(({ change }) => change !== 'removed').slice(0, most);
  const namesOf = (kinds: ReadonlySet<string>): readonly string[] =>
    there.filter(({ kind }) => kinds.has(kind)).map(({ name }) => name);
  const asked = [namesOf(relations), namesOf(code)] as const;
  if (asked.flat().length === 0) return [];
  const rows = await view.ask<Row>(tracesSql, asked);
  return rows.flatMap(({ name, owner, at }): Trace[] => {
    const isUsual = view.owners.includes(owner);
    return at === null && isUsual ? [] : [{ object: name, at, owner: isUsual ? null : owner }];
  });
}

const code: ReadonlySet<string> = new Set(['function', 'procedure', 'aggregate']);
const relations: ReadonlySet<string> = new Set([
  'table',
  'foreign table',
  'view',
  'materialized view',
  'sequence',
  'index',
]);
