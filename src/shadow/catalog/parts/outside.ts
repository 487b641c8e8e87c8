import { notOfExtension, ownerLine, withOptions } from './common.ts';

const published = `coalesce((SELECT string_agg(E'\\n  TABLE ' || pr.prrelid::regclass::text ||
    coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
       WHERE a.attrelid = pr.prrelid AND a.attnum = ANY (pr.prattrs::int2[])) || ')', '') ||
    coalesce(' WHERE ' || pg_get_expr(pr.prqual, pr.prrelid), ''), '' ORDER BY pr.prrelid::regclass::text COLLATE "C")
  FROM pg_publication_rel pr WHERE pr.prpubid = p.oid), '') ||
  coalesce((SELECT string_agg(E'\\n  TABLES IN SCHEMA ' || pn.pnnspid::regnamespace::text, ''
      ORDER BY pn.pnnspid::regnamespace::text COLLATE "C") FROM pg_publication_namespace pn WHERE pn.pnpubid = p.oid), '')`;

/** What belongs to the database and to no schema. */
export const outside: readonly string[] = [
  `SELECT 'extension', quote_ident(e.extname),
       format('CREATE EXTENSION %I SCHEMA %I VERSION %L;', e.extname, n.nspname, e.extversion)
     FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.oid >= 16384`,
  `SELECT 'event trigger', quote_ident(t.evtname),
       'CREATE EVENT TRIGGER ' || quote_ident(t.evtname) || ' ON ' || t.evtevent ||
       coalesce(' WHEN TAG IN (' || array_to_string(t.evttags, ', ') || ')', '') || ' EXECUTE FUNCTION ' ||
       t.evtfoid::regprocedure::text || ';' || CASE t.evtenabled WHEN 'O' THEN '' ELSE ' /* enabled: ' || t.evtenabled::text || ' */' END
     FROM pg_event_trigger t WHERE ${notOfExtension('pg_event_trigger', 't.oid')}`,
  `SELECT 'publication', quote_ident(p.pubname),
       'CREATE PUBLICATION ' || quote_ident(p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END ||
       format(' /* insert %s, update %s, delete %s, truncate %s, via root %s */', p.pubinsert, p.pubupdate, p.pubdelete,
         p.pubtruncate, p.pubviaroot) || ${published} || ';' || ${ownerLine("'PUBLICATION ' || quote_ident(p.pubname)", 'p.pubowner')}
     FROM pg_publication p`,
  `SELECT 'foreign data wrapper', quote_ident(w.fdwname),
       'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) || ${withOptions('w.fdwoptions', 'OPTIONS')} || ';'
     FROM pg_foreign_data_wrapper w WHERE ${notOfExtension('pg_foreign_data_wrapper', 'w.oid')}`,
  `SELECT 'foreign server', quote_ident(s.srvname),
       'CREATE SERVER ' || quote_ident(s.srvname) || ' FOREIGN DATA WRAPPER ' ||
       (SELECT quote_ident(w.fdwname) FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw) ||
       ${withOptions('s.srvoptions', 'OPTIONS')} || ';' || ${ownerLine("'SERVER ' || quote_ident(s.srvname)", 's.srvowner')}
     FROM pg_foreign_server s WHERE ${notOfExtension('pg_foreign_server', 's.oid')}`,
  `SELECT 'language', quote_ident(l.lanname), 'CREATE LANGUAGE ' || quote_ident(l.lanname) || ';'
     FROM pg_language l WHERE l.oid >= 16384 AND ${notOfExtension('pg_language', 'l.oid')}`,
  `SELECT 'comment', i.type || ' ' || i.identity,
       'COMMENT ON ' || upper(i.type) || ' ' || i.identity || ' IS ' || quote_literal(d.description) || ';'
     FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
    WHERE d.objoid >= 16384 AND (d.classoid, d.objoid) NOT IN (SELECT classid, objid FROM members)
      AND d.objoid NOT IN (SELECT oid FROM hidden)
      AND NOT (d.classoid = 'pg_extension'::regclass) AND i.schema IS DISTINCT FROM 'tidegate'`,
];
