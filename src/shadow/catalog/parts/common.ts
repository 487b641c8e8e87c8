import { baseOwner } from '../../names.ts';

/** Our own schemas and PostgreSQL's are nobody's change. */
const spaces = `spaces AS MATERIALIZED (
  SELECT oid, nspname, nspowner, nspacl, quote_ident(nspname) AS name FROM pg_namespace
   WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'tidegate')
)`;

const hidden = `history AS MATERIALIZED (
  SELECT c.oid FROM pg_class c JOIN spaces n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
),
hidden AS MATERIALIZED (
  SELECT oid FROM history
  UNION SELECT indexrelid FROM pg_index JOIN history ON history.oid = indrelid
  UNION SELECT d.objid FROM pg_depend d JOIN history h ON d.refobjid = h.oid
         WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
)`;

function relationsWhere(condition: string): string {
  return `rel AS MATERIALIZED (
  SELECT c.*, n.name || '.' || quote_ident(c.relname) AS name
    FROM pg_class c JOIN spaces n ON n.oid = c.relnamespace
   WHERE c.oid NOT IN (SELECT oid FROM hidden) AND ${condition}
     AND c.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass)
),
plain_owner AS MATERIALIZED (SELECT oid FROM pg_roles WHERE rolname = ANY ($3))`;
}

/**
 * What every part builds on. Parameters: schema and table of the migration history, and the roles whose
 * ownership goes without saying.
 */
export const common = `WITH
${spaces},
members AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
${hidden},
${relationsWhere('true')}`;

/** The same for a few relations, whose OIDs are the fourth parameter: nothing in it reads a catalog whole. */
export const commonOfSome = `WITH
${spaces},
members AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = ANY ($4) AND deptype = 'e'
),
${hidden},
${relationsWhere('c.oid = ANY ($4)')}`;

/** A line that names the owner, where it is not the usual one. `what` is SQL for e.g. 'TABLE s.t'. */
export function ownerLine(what: string, owner: string): string {
  return `CASE WHEN ${owner} IN (SELECT oid FROM plain_owner) THEN ''
    ELSE E'\\nALTER ' || ${what} || ' OWNER TO ' || quote_ident(pg_get_userbyid(${owner})) || ';' END`;
}

/** A role's name; whoever's ownership goes without saying has one name everywhere. */
export function roleName(role: string): string {
  return `CASE WHEN ${role} = 0 THEN 'PUBLIC' WHEN ${role} IN (SELECT oid FROM plain_owner) THEN '${baseOwner}'
    ELSE quote_ident(pg_get_userbyid(${role})) END`;
}

/** Options as they stand in WITH (…) or OPTIONS (…); empty where there are none. */
export function withOptions(options: string, word = 'WITH'): string {
  return `coalesce(' ${word} (' || (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(${options}) AS o) || ')', '')`;
}

/** Excludes what belongs to an extension. */
export function notOfExtension(catalog: string, oid: string): string {
  return `${oid} NOT IN (SELECT objid FROM members WHERE classid = '${catalog}'::regclass)`;
}
