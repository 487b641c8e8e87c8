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

/**
 * A line that names the owner, where it is not the usual one. `what` is SQL for e.g. 'TABLE s.t'; `before` ends what
 * stands before it without a semicolon.
 */
export function ownerLine(what: string, owner: string, before = ''): string {
  return `CASE WHEN ${owner} IN (SELECT oid FROM plain_owner) THEN ''
    ELSE E'${before}\\nALTER ' || ${what} || ' OWNER TO ' || quote_ident(pg_get_userbyid(${owner})) || ';' END`;
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

/** An operator as it stands among the options of others. */
export function operatorName(oid: string): string {
  return `(SELECT 'OPERATOR(' || quote_ident(sp.nspname) || '.' || op.oprname || ')'
    FROM pg_operator op JOIN pg_namespace sp ON sp.oid = op.oprnamespace WHERE op.oid = ${oid})`;
}

/** A collation with its schema. */
export function collationName(oid: string): string {
  return `(SELECT quote_ident(sp.nspname) || '.' || quote_ident(co.collname)
    FROM pg_collation co JOIN pg_namespace sp ON sp.oid = co.collnamespace WHERE co.oid = ${oid})`;
}

/** Names of options whose values are nobody's to read. */
const secret = `'pass|secret|token|credential|(private|access|api)_?key'`;

/** Options of foreign objects as SQL takes them; of those that may be secrets only that they are there. */
export function foreignOptions(options: string): string {
  const all = `(SELECT * FROM pg_options_to_table(${options}) AS o) AS o`;
  return `coalesce(' OPTIONS (' || (SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', '
      ORDER BY o.option_name COLLATE "C") FROM ${all} WHERE o.option_name !~* ${secret}) || ')', '') ||
    coalesce(' /* not read: ' || (SELECT string_agg(translate(o.option_name, '*/', ''), ', '
      ORDER BY o.option_name COLLATE "C") FROM ${all} WHERE o.option_name ~* ${secret}) || ' */', '')`;
}

/** Excludes what belongs to an extension. */
export function notOfExtension(catalog: string, oid: string): string {
  return `${oid} NOT IN (SELECT objid FROM members WHERE classid = '${catalog}'::regclass)`;
}
