import { notOfExtension, ownerLine } from './common.ts';

const configuration = "n.name || '.' || quote_ident(c.cfgname)";
const dictionary = "n.name || '.' || quote_ident(d.dictname)";

/** Full text search: configurations with their mappings, dictionaries, and what those are made by. */
export const textSearch: readonly string[] = [
  `SELECT 'text search configuration', ${configuration},
       'CREATE TEXT SEARCH CONFIGURATION ' || ${configuration} || ' (PARSER = ' ||
       (SELECT quote_ident(p.prsname) FROM pg_ts_parser p WHERE p.oid = c.cfgparser) || ');' ||
       coalesce((SELECT string_agg(E'\\n  token ' || m.maptokentype || ' with ' || m.mapdict::regdictionary::text, ''
           ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = c.oid), '') ||
       ${ownerLine(`'TEXT SEARCH CONFIGURATION ' || ${configuration}`, 'c.cfgowner', ';')}
     FROM pg_ts_config c JOIN spaces n ON n.oid = c.cfgnamespace WHERE ${notOfExtension('pg_ts_config', 'c.oid')}`,
  `SELECT 'text search dictionary', ${dictionary},
       'CREATE TEXT SEARCH DICTIONARY ' || ${dictionary} || ' (TEMPLATE = ' ||
       (SELECT quote_ident(t.tmplname) FROM pg_ts_template t WHERE t.oid = d.dicttemplate) ||
       coalesce(', ' || d.dictinitoption, '') || ');' || ${ownerLine(`'TEXT SEARCH DICTIONARY ' || ${dictionary}`, 'd.dictowner')}
     FROM pg_ts_dict d JOIN spaces n ON n.oid = d.dictnamespace WHERE ${notOfExtension('pg_ts_dict', 'd.oid')}`,
  `SELECT 'text search parser', n.name || '.' || quote_ident(p.prsname),
       'CREATE TEXT SEARCH PARSER ' || n.name || '.' || quote_ident(p.prsname) || ' (START = ' || p.prsstart::text ||
       ', GETTOKEN = ' || p.prstoken::text || ', END = ' || p.prsend::text ||
       CASE WHEN p.prsheadline::oid = 0 THEN '' ELSE ', HEADLINE = ' || p.prsheadline::text END ||
       ', LEXTYPES = ' || p.prslextype::text || ');'
     FROM pg_ts_parser p JOIN spaces n ON n.oid = p.prsnamespace WHERE ${notOfExtension('pg_ts_parser', 'p.oid')}`,
  `SELECT 'text search template', n.name || '.' || quote_ident(t.tmplname),
       'CREATE TEXT SEARCH TEMPLATE ' || n.name || '.' || quote_ident(t.tmplname) || ' (' ||
       CASE WHEN t.tmplinit::oid = 0 THEN '' ELSE 'INIT = ' || t.tmplinit::text || ', ' END ||
       'LEXIZE = ' || t.tmpllexize::text || ');'
     FROM pg_ts_template t JOIN spaces n ON n.oid = t.tmplnamespace WHERE ${notOfExtension('pg_ts_template', 't.oid')}`,
];
