import type { Trace } from '../../domain/drift.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import type { TargetView } from '../../ports/target.ts';
import { statementsSeen } from './statements-seen.ts';

interface Row {
  readonly name: string;
  readonly owner: string;
  readonly at: Date | null;
}

const most = 200;

/**
 * Of each object that is there: when the newest row of PostgreSQL's catalog about it was committed, where the server
 * keeps that (`track_commit_timestamp`), and whose it is. Names are compared and not looked up: PostgreSQL looks up none
 * in a schema that the role may not use.
 */
const tracesSql = `WITH found AS (
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.relowner AS owner,
           (SELECT x.xmin FROM (
              SELECT c.xmin UNION ALL SELECT a.xmin FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
              UNION ALL SELECT co.xmin FROM pg_constraint co WHERE co.conrelid = c.oid) AS x
             ORDER BY age(x.xmin) LIMIT 1) AS written
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY ($1)
    UNION ALL
    SELECT p.oid::regprocedure::text, p.proowner, p.xmin
      FROM pg_proc p WHERE p.oid >= 16384 AND p.oid::regprocedure::text = ANY ($2))
  SELECT name, pg_get_userbyid(owner)::text AS owner,
         CASE WHEN current_setting('track_commit_timestamp') = 'on' THEN pg_xact_commit_timestamp(written) END AS at
    FROM found`;

/** What PostgreSQL can say of who made these changes and when; nothing is guessed. */
export async function tracesOf(
  view: Pick<TargetView, 'ask' | 'attempt' | 'owners'>,
  changes: readonly SchemaChange[],
): Promise<readonly Trace[]> {
  const some = changes.slice(0, most);
  const there = some.filter(({ change }) => change !== 'removed');
  const asked = [namesOf(there, relations), namesOf(there, code)] as const;
  const rows = asked.flat().length === 0 ? [] : await view.ask<Row>(tracesSql, asked);
  const found = new Map(rows.map(({ name, owner, at }) => [name, { owner, at }]));
  const names = [...new Set(namesOf(some, new Set([...relations, ...code, ...others])))];
  const seen = await statementsSeen(view, names);
  return names.flatMap((object): Trace[] => {
    const { owner, at } = found.get(object) ?? { owner: null, at: null };
    const unusual = owner === null || view.owners.includes(owner) ? null : owner;
    const statements = seen.get(object) ?? [];
    const says = at !== null || unusual !== null || statements.length > 0;
    return says ? [{ object, at, owner: unusual, seen: statements }] : [];
  });
}

function namesOf(changes: readonly SchemaChange[], kinds: ReadonlySet<string>): readonly string[] {
  return changes.filter(({ kind }) => kinds.has(kind)).map(({ name }) => name);
}

const others: readonly string[] = ['type', 'domain', 'schema', 'extension'];
const code: ReadonlySet<string> = new Set(['function', 'procedure', 'aggregate']);
const relations: ReadonlySet<string> = new Set([
  'table',
  'foreign table',
  'view',
  'materialized view',
  'sequence',
  'index',
]);
