import { ownerLine, roleName, withOptions } from './common.ts';

const ownedBy = `coalesce((SELECT ' OWNED BY ' || d.refobjid::regclass::text || '.' || quote_ident(a.attname)
  FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
   AND d.deptype = 'a'), '')`;

const indexState = `CASE WHEN x.indisvalid THEN '' ELSE ' /* invalid */' END ||
  coalesce((SELECT string_agg(' /* statistics of column ' || a.attnum || ': ' || a.attstattarget || ' */', '')
    FROM pg_attribute a WHERE a.attrelid = x.indexrelid AND a.attstattarget >= 0), '')`;

/** Schemas themselves. */
export const schemas: readonly string[] = [
  `SELECT 'schema', n.name, 'CREATE SCHEMA ' || n.name || ';' || ${ownerLine("'SCHEMA ' || n.name", 'n.nspowner')}
     FROM spaces n WHERE n.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_namespace'::regclass)`,
];

/** Everything with storage or a query of its own, tables apart; the last column is the relation that it is part of. */
export const relations = {
  // Those of a constraint stand in their table's DDL, the copies on partitions in their parent's.
  index: `SELECT 'index', r.name, pg_get_indexdef(r.oid) || ';' || ${indexState}, x.indrelid
     FROM rel r JOIN pg_index x ON x.indexrelid = r.oid
    WHERE NOT EXISTS (SELECT 1 FROM pg_constraint co WHERE co.conrelid = x.indrelid AND co.conindid = r.oid
                         AND co.contype IN ('p', 'u', 'x'))`,
  view: `SELECT 'view', r.name, 'CREATE VIEW ' || r.name || ${withOptions('r.reloptions')} || E' AS\\n' ||
       pg_get_viewdef(r.oid) ||
       coalesce((SELECT string_agg(E'\\nALTER VIEW ' || r.name || ' ALTER ' || quote_ident(a.attname) || ' SET DEFAULT '
           || pg_get_expr(ad.adbin, ad.adrelid) || ';', '' ORDER BY a.attnum)
         FROM pg_attrdef ad JOIN pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
        WHERE ad.adrelid = r.oid), '') || ${ownerLine("'VIEW ' || r.name", 'r.relowner')}, r.oid
     FROM rel r WHERE r.relkind = 'v'`,
  materializedView: `SELECT 'materialized view', r.name,
       'CREATE MATERIALIZED VIEW ' || r.name || ${withOptions('r.reloptions')} || E' AS\\n' ||
       pg_get_viewdef(r.oid) || CASE WHEN r.relispopulated THEN '' ELSE ' /* with no data */' END ||
       ${ownerLine("'MATERIALIZED VIEW ' || r.name", 'r.relowner')}, r.oid
     FROM rel r WHERE r.relkind = 'm'`,
  // An identity column's sequence stands in its table's DDL.
  sequence: `SELECT 'sequence', r.name,
       format('CREATE %sSEQUENCE %s AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s%s;',
         CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, r.name, format_type(s.seqtypid, NULL),
         s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
         CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END, ${ownedBy}) ||
       ${ownerLine("'SEQUENCE ' || r.name", 'r.relowner')}, r.oid
     FROM rel r JOIN pg_sequence s ON s.seqrelid = r.oid
    WHERE NOT EXISTS (SELECT 1 FROM pg_depend d
                       WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'i')`,
  trigger: `SELECT 'trigger', quote_ident(t.tgname) || ' on ' || r.name, pg_get_triggerdef(t.oid) || ';' ||
       CASE t.tgenabled WHEN 'O' THEN '' ELSE ' /* enabled: ' || t.tgenabled::text || ' */' END, r.oid
     FROM pg_trigger t JOIN rel r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgparentid = 0`,
  rule: `SELECT 'rule', quote_ident(w.rulename) || ' on ' || r.name, pg_get_ruledef(w.oid) ||
       CASE w.ev_enabled WHEN 'O' THEN '' ELSE ' /* enabled: ' || w.ev_enabled::text || ' */' END, r.oid
     FROM pg_rewrite w JOIN rel r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'`,
  policy: `SELECT 'policy', quote_ident(p.polname) || ' on ' || r.name,
       'CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || r.name ||
       CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT'
         WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END || ' TO ' ||
       (SELECT string_agg(r.name, ', ' ORDER BY r.name COLLATE "C")
          FROM (SELECT ${roleName('role')} AS name FROM unnest(p.polroles) AS role) AS r) ||
       coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '') ||
       coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') || ';', r.oid
     FROM pg_policy p JOIN rel r ON r.oid = p.polrelid`,
  statistics: `SELECT 'statistics', n.name || '.' || quote_ident(s.stxname), pg_get_statisticsobjdef(s.oid) || ';' ||
       CASE WHEN s.stxstattarget >= 0 THEN ' /* statistics ' || s.stxstattarget || ' */' ELSE '' END ||
       ${ownerLine("'STATISTICS ' || n.name || '.' || quote_ident(s.stxname)", 's.stxowner')}, s.stxrelid
     FROM pg_statistic_ext s JOIN spaces n ON n.oid = s.stxnamespace JOIN rel r ON r.oid = s.stxrelid`,
};
