import { notOfExtension, operatorName, ownerLine } from './common.ts';

const ours = `p.pronamespace IN (SELECT oid FROM spaces) AND ${notOfExtension('pg_proc', 'p.oid')}`;

/** As CREATE, ALTER and DROP AGGREGATE name it: all its arguments, or a star for none. */
const signature = `n.name || '.' || quote_ident(p.proname) || '(' ||
  coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*') || ')'`;

/** A clause of CREATE AGGREGATE with a function; nothing where there is none. */
function functionClause(word: string, column: string): string {
  return `CASE WHEN a.${column}::oid = 0 THEN '' ELSE ', ${word} = ' || a.${column}::text END`;
}

/** PostgreSQL's own choice, which goes without saying, is another where arguments are ordered. */
function modifyClause(word: string, column: string): string {
  return `CASE WHEN a.${column} = CASE a.aggkind WHEN 'n' THEN 'r'::"char" ELSE 'w' END THEN '' ELSE ', ${word} = ' ||
    CASE a.${column} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END`;
}

const ofMovingAggregates = `${functionClause('MSFUNC', 'aggmtransfn')} || ${functionClause('MINVFUNC', 'aggminvtransfn')} ||
  CASE WHEN a.aggmtranstype = 0 THEN '' ELSE ', MSTYPE = ' || format_type(a.aggmtranstype, NULL) END ||
  CASE WHEN a.aggmtransspace = 0 THEN '' ELSE ', MSSPACE = ' || a.aggmtransspace END ||
  ${functionClause('MFINALFUNC', 'aggmfinalfn')} ||
  CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END ||
  ${modifyClause('MFINALFUNC_MODIFY', 'aggmfinalmodify')} ||
  coalesce(', MINITCOND = ' || quote_literal(a.aggminitval), '')`;

/** Functions, procedures, aggregates. A range type's own constructors stand for nothing by themselves. */
export const code: readonly string[] = [
  `SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.oid::regprocedure::text,
       rtrim(pg_get_functiondef(p.oid), E'\\n') || ';' ||
       ${ownerLine("CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure::text", 'p.proowner')}
     FROM pg_proc p
    WHERE ${ours} AND p.prokind IN ('f', 'p', 'w')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                         AND d.deptype = 'i' AND d.refclassid = 'pg_type'::regclass)`,
  `SELECT 'aggregate', p.oid::regprocedure::text,
       'CREATE AGGREGATE ' || ${signature} || ' (SFUNC = ' || a.aggtransfn::text || ', STYPE = ' ||
       format_type(a.aggtranstype, NULL) || CASE WHEN a.aggtransspace = 0 THEN '' ELSE ', SSPACE = ' || a.aggtransspace END ||
       ${functionClause('FINALFUNC', 'aggfinalfn')} || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END ||
       ${modifyClause('FINALFUNC_MODIFY', 'aggfinalmodify')} || ${functionClause('COMBINEFUNC', 'aggcombinefn')} ||
       ${functionClause('SERIALFUNC', 'aggserialfn')} || ${functionClause('DESERIALFUNC', 'aggdeserialfn')} ||
       coalesce(', INITCOND = ' || quote_literal(a.agginitval), '') || ${ofMovingAggregates} ||
       CASE WHEN a.aggsortop = 0 THEN '' ELSE ', SORTOP = ' || ${operatorName('a.aggsortop')} END ||
       CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END ||
       CASE a.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END || ');' ||
       ${ownerLine(`'AGGREGATE ' || ${signature}`, 'p.proowner')}
     FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid JOIN spaces n ON n.oid = p.pronamespace WHERE ${ours}`,
];
