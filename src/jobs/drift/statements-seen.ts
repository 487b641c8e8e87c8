import type { SeenStatement } from '../../domain/drift.ts';
import { ddlSubject, identityOf, isNameOf } from '../../drift/ddl-subject.ts';
import type { TargetView } from '../../ports/target.ts';

interface Source {
  /** Quoted. */
  readonly schema: string;
  readonly keepsSince: boolean;
}

interface Row {
  readonly role: string;
  readonly query: string;
  readonly calls: string;
  readonly since: Date | null;
}

/** The extension's own function, where it is what the module brought: a view of the same name can be anybody's. */
const sourceSql = `SELECT quote_ident(n.nspname) AS schema, 'stats_since' = ANY (p.proargnames) AS "keepsSince"
    FROM pg_extension e
    JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
                    AND d.classid = 'pg_proc'::regclass
    JOIN pg_proc p ON p.oid = d.objid JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_language l ON l.oid = p.prolang
   WHERE e.extname = 'pg_stat_statements' AND p.proname = 'pg_stat_statements' AND l.lanname = 'c'
     AND p.probin = '$libdir/pg_stat_statements' AND has_function_privilege(p.oid, 'EXECUTE')
     AND has_schema_privilege(n.oid, 'USAGE')`;

/** Statements that make, change or drop something whose name they hold; a text that is not for us has none of that. */
function rowsSql({ schema, keepsSince }: Source): string {
  const since = keepsSince ? 's.stats_since' : 'NULL::timestamptz';
  return `SELECT pg_get_userbyid(s.userid)::text AS role, left(s.query, 20000) AS query, s.calls::text AS calls,
         ${since} AS since
    FROM ${schema}.pg_stat_statements(true) AS s
   WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND s.query ~* '\\m(alter|create|drop)\\M'
     AND EXISTS (SELECT FROM unnest($1::text[]) AS named (part) WHERE position(lower(named.part) IN lower(s.query)) > 0)
   ORDER BY ${since} DESC NULLS LAST, s.calls DESC LIMIT 200`;
}

const mostOfOne = 3;

/**
 * Which roles sent statements that make, change or drop objects of these names, as far as pg_stat_statements has them:
 * by name. Empty where the database does not have it, it is not loaded, or it is not for us; the statements' texts, which
 * may hold anything, do not leave here.
 */
export async function statementsSeen(
  view: Pick<TargetView, 'attempt'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly SeenStatement[]>> {
  const identities = new Map(names.map((name) => [name, identityOf(name)]));
  const last = [...identities.values()].flatMap((identity) => lastPart(identity) ?? []);
  if (last.length === 0) return new Map();
  const [source] = (await view.attempt<Source>(sourceSql, [])) ?? [];
  if (source === undefined) return new Map();
  const rows = (await view.attempt<Row>(rowsSql(source), [last])) ?? [];
  const sent = rows.flatMap(({ query, role, calls, since }) => {
    const subject = ddlSubject(query);
    return subject === null ? [] : [{ subject, role, calls: Number(calls), since }];
  });
  return new Map(
    [...identities].map(([name, identity]) => {
      const about = sent.filter(({ subject }) => subject.names.some((one) => isNameOf(one, identity)));
      const seen = about.map(({ subject: { kind }, role, calls, since }) => ({ kind, role, calls, since }));
      return [name, together(seen).slice(0, mostOfOne)];
    }),
  );
}

/** One line for each role and kind of statement, in the order that they come in. */
function together(seen: readonly SeenStatement[]): readonly SeenStatement[] {
  const groups = Map.groupBy(seen, ({ kind, role }) => JSON.stringify([kind, role]));
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const times = all.flatMap(({ since }) => (since === null ? [] : [since.getTime()]));
    const since = times.length === 0 ? null : new Date(Math.min(...times));
    return [{ ...first, calls: all.reduce((sum, { calls }) => sum + calls, 0), since }];
  });
}

/** As it can stand in a text; null where it is never written as it is. */
function lastPart(identity: string): string | null {
  const [part] = /^"(?:[^"\\]|\\.)*"/.exec(identity) ?? [];
  return part === undefined ? null : String(JSON.parse(part)).replaceAll('"', '""');
}
