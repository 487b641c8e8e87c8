import { notOfExtension } from './common.ts';

/** Full text search: configurations with their mappings, dictionaries. */
export const textSearch: readonly string[] = [
  `SELECT 'text search configuration', n.name || '.' || quote_ident(c.cfgname),
       'CREATE TEXT SEARCH CONFIGURATION ' || n.name || '.' || quote_ident(c.cfgname) || ' (PARSER = ' ||
       (SELECT quote_ident(p.prsname) FROM pg_ts_parser p WHERE p.oid = c.cfgparser) || ');' ||
       coalesce((SELECT string_agg(E'\\n  token ' || m.maptokentype || ' with ' || m.mapdict::regdictionary::text, ''
           ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = c.oid), '')
     FROM pg_ts_config c JOIN spaces n ON n.oid = c.cfgnamespace WHERE ${notOfExtension('pg_ts_config', 'c.oid')}`,
  `SELECT 'text search dictionary', n.name || '.' || quote_ident(d.dictname),
       'CREATE TEXT SEARCH DICTIONARY ' || n.name || '.' || quote_ident(d.dictname) || ' (TEMPLATE = ' ||
       (SELECT quote_ident(t.tmplname) FROM pg_ts_template t WHERE t.oid = d.dicttemplate) ||
       coalesce(', ' || d.dictinitoption, '') || ');'
     FROM pg_ts_dict d JOIN spaces n ON n.oid = d.dictnamespace WHERE ${notOfExtension('pg_ts_dict', 'd.oid')}`,
];
