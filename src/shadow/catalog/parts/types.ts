import { collationName, notOfExtension, ownerLine } from './common.ts';

const ours = `t.typnamespace IN (SELECT oid FROM spaces) AND ${notOfExtension('pg_type', 't.oid')}`;
const name = 'format_type(t.oid, NULL)';
const owner = ownerLine(`'TYPE ' || ${name}`, 't.typowner');

/** Types of the user's own, collations. */
export const types: readonly string[] = [
  `SELECT 'type', ${name}, 'CREATE TYPE ' || ${name} || E' AS ENUM (\\n' ||
       coalesce((SELECT string_agg('  ' || quote_literal(e.enumlabel), E',\\n' ORDER BY e.enumsortorder)
         FROM pg_enum e WHERE e.enumtypid = t.oid), '') || E'\\n);' || ${owner}
     FROM pg_type t WHERE ${ours} AND t.typtype = 'e'`,
  `SELECT 'type', ${name}, 'CREATE TYPE ' || ${name} || E' AS (\\n' ||
       coalesce((SELECT string_agg('  ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ||
           CASE WHEN a.attcollation IN (0, ty.typcollation) THEN '' ELSE ' COLLATE ' || ${collationName('a.attcollation')} END,
           E',\\n' ORDER BY a.attnum)
         FROM pg_attribute a JOIN pg_type ty ON ty.oid = a.atttypid
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || E'\\n);' || ${owner}
     FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE ${ours} AND t.typtype = 'c'`,
  `SELECT 'domain', ${name}, 'CREATE DOMAIN ' || ${name} || ' AS ' || format_type(t.typbasetype, t.typtypmod) ||
       CASE WHEN t.typcollation IN (0, b.typcollation) THEN '' ELSE ' COLLATE ' || ${collationName('t.typcollation')} END ||
       coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END ||
       coalesce((SELECT string_agg(E'\\n  CONSTRAINT ' || quote_ident(co.conname) || ' ' || pg_get_constraintdef(co.oid),
           '' ORDER BY co.conname) FROM pg_constraint co WHERE co.contypid = t.oid AND co.contype = 'c'), '') || ';' ||
       ${ownerLine(`'DOMAIN ' || ${name}`, 't.typowner')}
     FROM pg_type t JOIN pg_type b ON b.oid = t.typbasetype WHERE ${ours} AND t.typtype = 'd'`,
  `SELECT 'type', ${name}, 'CREATE TYPE ' || ${name} || ' AS RANGE (SUBTYPE = ' || format_type(r.rngsubtype, NULL) ||
       ', SUBTYPE_OPCLASS = ' || (SELECT CASE sp.nspname WHEN 'pg_catalog' THEN '' ELSE quote_ident(sp.nspname) || '.' END ||
         quote_ident(o.opcname) FROM pg_opclass o JOIN pg_namespace sp ON sp.oid = o.opcnamespace WHERE o.oid = r.rngsubopc) ||
       CASE WHEN r.rngcollation = 0 THEN '' ELSE ', COLLATION = ' || ${collationName('r.rngcollation')} END ||
       CASE WHEN r.rngcanonical::oid = 0 THEN '' ELSE ', CANONICAL = ' || r.rngcanonical::text END ||
       CASE WHEN r.rngsubdiff::oid = 0 THEN '' ELSE ', SUBTYPE_DIFF = ' || r.rngsubdiff::text END ||
       ', MULTIRANGE_TYPE_NAME = ' || format_type(r.rngmultitypid, NULL) || ');' || ${owner}
     FROM pg_type t JOIN pg_range r ON r.rngtypid = t.oid WHERE ${ours}`,
  `SELECT 'type', ${name}, 'CREATE TYPE ' || ${name} ||
       CASE WHEN t.typisdefined THEN format(' (INPUT = %s, OUTPUT = %s, INTERNALLENGTH = %s);', t.typinput, t.typoutput, t.typlen)
         ELSE ';' END || ${owner}
     FROM pg_type t WHERE ${ours} AND t.typtype IN ('b', 'p') AND t.typcategory <> 'A'`,
  `SELECT 'collation', n.name || '.' || quote_ident(c.collname),
       'CREATE COLLATION ' || n.name || '.' || quote_ident(c.collname) || ' (PROVIDER = ' ||
       CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END ||
       coalesce(', LOCALE = ' || quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale')), '') ||
       coalesce(', LC_COLLATE = ' || quote_literal(c.collcollate), '') ||
       coalesce(', LC_CTYPE = ' || quote_literal(c.collctype), '') ||
       coalesce(', RULES = ' || quote_literal(to_jsonb(c) ->> 'collicurules'), '') ||
       CASE WHEN c.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END || ');' ||
       ${ownerLine("'COLLATION ' || n.name || '.' || quote_ident(c.collname)", 'c.collowner')}
     FROM pg_collation c JOIN spaces n ON n.oid = c.collnamespace WHERE ${notOfExtension('pg_collation', 'c.oid')}`,
];
