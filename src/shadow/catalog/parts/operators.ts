import { notOfExtension, operatorName, ownerLine } from './common.ts';

const operands = `CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', ' ||
  format_type(o.oprright, NULL)`;

/** Operators, operator classes and families, casts. */
export const operators: readonly string[] = [
  `SELECT 'operator', o.oid::regoperator::text,
       'CREATE OPERATOR ' || n.name || '.' || o.oprname || ' (FUNCTION = ' || o.oprcode::text ||
       CASE WHEN o.oprleft = 0 THEN '' ELSE ', LEFTARG = ' || format_type(o.oprleft, NULL) END ||
       ', RIGHTARG = ' || format_type(o.oprright, NULL) ||
       CASE WHEN o.oprcom = 0 THEN '' ELSE ', COMMUTATOR = ' || ${operatorName('o.oprcom')} END ||
       CASE WHEN o.oprnegate = 0 THEN '' ELSE ', NEGATOR = ' || ${operatorName('o.oprnegate')} END ||
       CASE WHEN o.oprrest::oid = 0 THEN '' ELSE ', RESTRICT = ' || o.oprrest::text END ||
       CASE WHEN o.oprjoin::oid = 0 THEN '' ELSE ', JOIN = ' || o.oprjoin::text END ||
       CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ');' ||
       ${ownerLine(`'OPERATOR ' || n.name || '.' || o.oprname || ' (' || ${operands} || ')'`, 'o.oprowner')}
     FROM pg_operator o JOIN spaces n ON n.oid = o.oprnamespace WHERE ${notOfExtension('pg_operator', 'o.oid')}`,
  `SELECT 'operator class', n.name || '.' || quote_ident(c.opcname) || ' using ' || am.amname,
       'CREATE OPERATOR CLASS ' || n.name || '.' || quote_ident(c.opcname) ||
       CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END || ' FOR TYPE ' || format_type(c.opcintype, NULL) ||
       ' USING ' || am.amname || ' FAMILY ' || quote_ident(f.opfname) || ';'
     FROM pg_opclass c JOIN spaces n ON n.oid = c.opcnamespace JOIN pg_am am ON am.oid = c.opcmethod
     JOIN pg_opfamily f ON f.oid = c.opcfamily WHERE ${notOfExtension('pg_opclass', 'c.oid')}`,
  `SELECT 'operator family', n.name || '.' || quote_ident(f.opfname) || ' using ' || am.amname,
       'CREATE OPERATOR FAMILY ' || n.name || '.' || quote_ident(f.opfname) || ' USING ' || am.amname || ';' ||
       coalesce((SELECT string_agg(format(E'\\n  OPERATOR %s %s', a.amopstrategy, a.amopopr::regoperator), ''
           ORDER BY a.amoplefttype, a.amoprighttype, a.amopstrategy) FROM pg_amop a WHERE a.amopfamily = f.oid), '') ||
       coalesce((SELECT string_agg(format(E'\\n  FUNCTION %s %s', a.amprocnum, a.amproc::oid::regprocedure), ''
           ORDER BY a.amproclefttype, a.amprocrighttype, a.amprocnum) FROM pg_amproc a WHERE a.amprocfamily = f.oid), '')
     FROM pg_opfamily f JOIN spaces n ON n.oid = f.opfnamespace JOIN pg_am am ON am.oid = f.opfmethod
    WHERE ${notOfExtension('pg_opfamily', 'f.oid')}`,
  // PostgreSQL's own casts have OIDs below 16384 (FirstNormalObjectId).
  `SELECT 'cast', (SELECT i.identity FROM pg_identify_object('pg_cast'::regclass, c.oid, 0) AS i),
       format('CREATE CAST (%s AS %s)%s%s;', format_type(c.castsource, NULL), format_type(c.casttarget, NULL),
         CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::regprocedure::text
           WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END,
         CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END)
     FROM pg_cast c WHERE c.oid >= 16384 AND ${notOfExtension('pg_cast', 'c.oid')}`,
];
