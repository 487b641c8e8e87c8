import { collationName, foreignOptions, ownerLine, withOptions } from './common.ts';

const identity = `CASE a.attidentity WHEN '' THEN '' ELSE
    ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY' ||
    coalesce((SELECT CASE WHEN (s.seqstart, s.seqincrement, s.seqmin, s.seqcache, s.seqcycle) = (1, 1, 1, 1, false)
              THEN '' ELSE format(' (START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s)', s.seqstart,
                s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END) END
       FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
      WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
        AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'), '') END`;

const storage = `CASE WHEN a.attstorage = t.typstorage THEN '' ELSE ' STORAGE ' || CASE a.attstorage
    WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END ||
  CASE a.attcompression WHEN '' THEN '' WHEN 'p' THEN ' COMPRESSION pglz' ELSE ' COMPRESSION lz4' END`;

const collation = `CASE WHEN a.attcollation IN (0, t.typcollation) THEN '' ELSE ' COLLATE ' || ${collationName('a.attcollation')} END`;

const value = `CASE a.attgenerated
    WHEN '' THEN coalesce(' DEFAULT ' || pg_get_expr(ad.adbin, ad.adrelid), '')
    WHEN 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(ad.adbin, ad.adrelid) || ') STORED'
    ELSE ' GENERATED ALWAYS AS (' || pg_get_expr(ad.adbin, ad.adrelid) || ') VIRTUAL' END`;

const columns = `SELECT a.attrelid, a.attnum AS place, '  ' || quote_ident(a.attname) || ' ' ||
    format_type(a.atttypid, a.atttypmod) || ${collation} || ${storage} || ${value} || ${identity} ||
    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || ${foreignOptions('a.attfdwoptions')} ||
    ${withOptions('a.attoptions')} ||
    CASE WHEN a.attstattarget >= 0 THEN ' /* statistics ' || a.attstattarget || ' */' ELSE '' END AS line
  FROM pg_attribute a JOIN rel r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'f')
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped`;

// NOT NULL stands at the column already; as a constraint (since 18) only where there is more to say of it.
const constraints = `SELECT co.conrelid, 100000 + row_number() OVER (ORDER BY co.contype DESC, co.conname),
    '  CONSTRAINT ' || quote_ident(co.conname) || ' ' || pg_get_constraintdef(co.oid)
  FROM pg_constraint co JOIN rel r ON r.oid = co.conrelid
 WHERE co.contype IN ('c', 'p', 'u', 'x', 'f', 'n')
   AND (co.contype <> 'n' OR NOT co.convalidated OR co.connoinherit)`;

const parents = `(SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
  FROM pg_inherits i WHERE i.inhrelid = r.oid)`;

const replica = `CASE r.relreplident WHEN 'f' THEN E'\\nALTER TABLE ' || r.name || ' REPLICA IDENTITY FULL;'
    WHEN 'n' THEN E'\\nALTER TABLE ' || r.name || ' REPLICA IDENTITY NOTHING;'
    WHEN 'i' THEN E'\\nALTER TABLE ' || r.name || ' REPLICA IDENTITY USING INDEX ' ||
      coalesce((SELECT quote_ident(ic.relname) FROM pg_index x JOIN pg_class ic ON ic.oid = x.indexrelid
                 WHERE x.indrelid = r.oid AND x.indisreplident), '?') || ';'
    ELSE '' END`;

const rowSecurity = `CASE WHEN r.relrowsecurity THEN E'\\nALTER TABLE ' || r.name || ' ENABLE ROW LEVEL SECURITY;'
    ELSE '' END ||
  CASE WHEN r.relforcerowsecurity THEN E'\\nALTER TABLE ' || r.name || ' FORCE ROW LEVEL SECURITY;' ELSE '' END`;

const foreign = `coalesce((SELECT ' SERVER ' || quote_ident(s.srvname) || ${foreignOptions('ft.ftoptions')}
  FROM pg_foreign_table ft JOIN pg_foreign_server s ON s.oid = ft.ftserver WHERE ft.ftrelid = r.oid), '')`;

const clustered = `coalesce((SELECT E'\\nALTER TABLE ' || r.name || ' CLUSTER ON ' || quote_ident(ic.relname) || ';'
  FROM pg_index x JOIN pg_class ic ON ic.oid = x.indexrelid WHERE x.indrelid = r.oid AND x.indisclustered), '')`;

/** Those of what is kept beside the table are given by it. */
const options = `(r.reloptions || (SELECT array_agg('toast.' || o) FROM pg_class tc, unnest(tc.reloptions) AS o
  WHERE tc.oid = r.reltoastrelid))`;

/** A table with its columns and constraints as one CREATE TABLE, so that a line diff reads like a change to it. */
export const table = `SELECT CASE r.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind, r.name AS name,
     'CREATE ' || CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END ||
     CASE r.relkind WHEN 'f' THEN 'FOREIGN ' ELSE '' END || 'TABLE ' || r.name || E' (\\n' ||
     coalesce(l.lines, '') || E'\\n)' ||
     CASE WHEN r.relispartition
       THEN ' PARTITION OF ' || ${parents} || ' ' || coalesce(pg_get_expr(r.relpartbound, r.oid), '')
       ELSE coalesce(' INHERITS (' || ${parents} || ')', '') END ||
     CASE WHEN r.reloftype = 0 THEN '' ELSE ' OF ' || format_type(r.reloftype, NULL) END ||
     CASE r.relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(r.oid) ELSE '' END ||
     ${foreign} || ${withOptions(options)} ||
     coalesce(' USING ' || (SELECT quote_ident(am.amname) FROM pg_am am WHERE am.oid = r.relam AND am.amname <> 'heap'), '') ||
     coalesce(' TABLESPACE ' || (SELECT quote_ident(ts.spcname) FROM pg_tablespace ts WHERE ts.oid = r.reltablespace), '') ||
     ';' || ${rowSecurity} || ${replica} || ${clustered} || ${ownerLine("'TABLE ' || r.name", 'r.relowner')} AS definition, r.oid AS relation
   FROM rel r
   LEFT JOIN (SELECT attrelid, string_agg(line, E',\\n' ORDER BY place) AS lines
                FROM (${columns} UNION ALL ${constraints}) AS parts GROUP BY attrelid) AS l ON l.attrelid = r.oid
  WHERE r.relkind IN ('r', 'p', 'f')`;
