import { foreignOptions, notOfExtension, ownerLine, roleName } from './common.ts';

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
       t.evtfoid::regprocedure::text || ';' || CASE t.evtenabled WHEN 'O' THEN '' ELSE ' /* enabled: ' || t.evtenabled::text || ' */' END ||
       ${ownerLine("'EVENT TRIGGER ' || quote_ident(t.evtname)", 't.evtowner')}
     FROM pg_event_trigger t WHERE ${notOfExtension('pg_event_trigger', 't.oid')}`,
  `SELECT 'publication', quote_ident(p.pubname),
       'CREATE PUBLICATION ' || quote_ident(p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END ||
       format(' /* insert %s, update %s, delete %s, truncate %s, via root %s */', p.pubinsert, p.pubupdate, p.pubdelete,
         p.pubtruncate, p.pubviaroot) ||
       CASE to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN ' /* generated columns stored */' ELSE '' END || ${published} || ';' || ${ownerLine("'PUBLICATION ' || quote_ident(p.pubname)", 'p.pubowner')}
     FROM pg_publication p`,
  `SELECT 'foreign data wrapper', quote_ident(w.fdwname),
       'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) ||
       CASE WHEN w.fdwhandler = 0 THEN '' ELSE ' HANDLER ' || w.fdwhandler::regproc::text END ||
       CASE WHEN w.fdwvalidator = 0 THEN '' ELSE ' VALIDATOR ' || w.fdwvalidator::regproc::text END ||
       ${foreignOptions('w.fdwoptions')} || ';' || ${ownerLine("'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)", 'w.fdwowner')}
     FROM pg_foreign_data_wrapper w WHERE ${notOfExtension('pg_foreign_data_wrapper', 'w.oid')}`,
  `SELECT 'foreign server', quote_ident(s.srvname),
       'CREATE SERVER ' || quote_ident(s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '') ||
       coalesce(' VERSION ' || quote_literal(s.srvversion), '') || ' FOREIGN DATA WRAPPER ' ||
       (SELECT quote_ident(w.fdwname) FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw) ||
       ${foreignOptions('s.srvoptions')} || ';' || ${ownerLine("'SERVER ' || quote_ident(s.srvname)", 's.srvowner')}
     FROM pg_foreign_server s WHERE ${notOfExtension('pg_foreign_server', 's.oid')}`,
  // Of what is in it nothing is read: there are passwords.
  `SELECT 'user mapping', ${roleName('u.umuser')} || ' on server ' || quote_ident(u.srvname),
       'CREATE USER MAPPING FOR ' || ${roleName('u.umuser')} || ' SERVER ' || quote_ident(u.srvname) || ' /* options not read */;'
     FROM pg_user_mappings u WHERE ${notOfExtension('pg_user_mapping', 'u.umid')}`,
  `SELECT 'subscription', quote_ident(s.subname),
       'CREATE SUBSCRIPTION ' || quote_ident(s.subname) || ' PUBLICATION ' ||
       (SELECT string_agg(quote_ident(p), ', ' ORDER BY p COLLATE "C") FROM unnest(s.subpublications) AS p) ||
       format(' WITH (enabled = %s, slot_name = %s) /* connection not read */;', s.subenabled,
         coalesce(quote_literal(s.subslotname), 'NONE')) ||
       ${ownerLine("'SUBSCRIPTION ' || quote_ident(s.subname)", 's.subowner')}
     FROM pg_subscription s WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  `SELECT 'language', quote_ident(l.lanname),
       'CREATE ' || CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END || 'LANGUAGE ' || quote_ident(l.lanname) ||
       CASE WHEN l.lanplcallfoid = 0 THEN '' ELSE ' HANDLER ' || l.lanplcallfoid::regproc::text END ||
       CASE WHEN l.laninline = 0 THEN '' ELSE ' INLINE ' || l.laninline::regproc::text END ||
       CASE WHEN l.lanvalidator = 0 THEN '' ELSE ' VALIDATOR ' || l.lanvalidator::regproc::text END || ';' ||
       ${ownerLine("'LANGUAGE ' || quote_ident(l.lanname)", 'l.lanowner')}
     FROM pg_language l WHERE l.oid >= 16384 AND ${notOfExtension('pg_language', 'l.oid')}`,
  `SELECT 'access method', quote_ident(a.amname), 'CREATE ACCESS METHOD ' || quote_ident(a.amname) || ' TYPE ' ||
       CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END || ' HANDLER ' || a.amhandler::text || ';'
     FROM pg_am a WHERE a.oid >= 16384 AND ${notOfExtension('pg_am', 'a.oid')}`,
  `SELECT 'conversion', n.name || '.' || quote_ident(c.conname),
       'CREATE ' || CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END || 'CONVERSION ' || n.name || '.' ||
       quote_ident(c.conname) || format(' FOR %L TO %L FROM %s;', pg_encoding_to_char(c.conforencoding),
         pg_encoding_to_char(c.contoencoding), c.conproc::text) ||
       ${ownerLine("'CONVERSION ' || n.name || '.' || quote_ident(c.conname)", 'c.conowner')}
     FROM pg_conversion c JOIN spaces n ON n.oid = c.connamespace WHERE ${notOfExtension('pg_conversion', 'c.oid')}`,
  `SELECT 'transform', i.identity, 'CREATE TRANSFORM FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' ||
       (SELECT quote_ident(l.lanname) FROM pg_language l WHERE l.oid = t.trflang) || ' (' || concat_ws(', ',
         CASE WHEN t.trffromsql::oid = 0 THEN NULL ELSE 'FROM SQL WITH FUNCTION ' || t.trffromsql::oid::regprocedure::text END,
         CASE WHEN t.trftosql::oid = 0 THEN NULL ELSE 'TO SQL WITH FUNCTION ' || t.trftosql::oid::regprocedure::text END) || ');'
     FROM pg_transform t, pg_identify_object('pg_transform'::regclass, t.oid, 0) AS i
    WHERE ${notOfExtension('pg_transform', 't.oid')}`,
  `SELECT 'security label', b.provider || ' on ' || i.type || ' ' || i.identity,
       'SECURITY LABEL FOR ' || quote_ident(b.provider) || ' ON ' || upper(i.type) || ' ' || i.identity || ' IS ' ||
       quote_literal(b.label) || ';'
     FROM pg_seclabel b, pg_identify_object(b.classoid, b.objoid, b.objsubid) AS i
    WHERE b.objoid >= 16384 AND (b.classoid, b.objoid) NOT IN (SELECT classid, objid FROM members)
      AND i.schema IS DISTINCT FROM 'tidegate'`,
  `SELECT 'comment', i.type || ' ' || i.identity,
       'COMMENT ON ' || upper(i.type) || ' ' || i.identity || ' IS ' || quote_literal(d.description) || ';'
     FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
    WHERE d.objoid >= 16384 AND (d.classoid, d.objoid) NOT IN (SELECT classid, objid FROM members)
      AND d.objoid NOT IN (SELECT oid FROM hidden)
      AND NOT (d.classoid = 'pg_extension'::regclass) AND i.schema IS DISTINCT FROM 'tidegate'`,
];
