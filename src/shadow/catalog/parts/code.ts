import { notOfExtension, ownerLine } from './common.ts';

const ours = `p.pronamespace IN (SELECT oid FROM spaces) AND ${notOfExtension('pg_proc', 'p.oid')}`;

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
       'CREATE AGGREGATE ' || p.oid::regprocedure::text || ' (SFUNC = ' || a.aggtransfn::text || ', STYPE = ' ||
       format_type(a.aggtranstype, NULL) ||
       CASE WHEN a.aggfinalfn::oid = 0 THEN '' ELSE ', FINALFUNC = ' || a.aggfinalfn::text END ||
       CASE WHEN a.aggcombinefn::oid = 0 THEN '' ELSE ', COMBINEFUNC = ' || a.aggcombinefn::text END ||
       coalesce(', INITCOND = ' || quote_literal(a.agginitval), '') ||
       CASE WHEN a.aggsortop = 0 THEN '' ELSE ', SORTOP = ' || a.aggsortop::regoperator::text END ||
       ', PARALLEL = ' || p.proparallel::text || ');' || ${ownerLine("'AGGREGATE ' || p.oid::regprocedure::text", 'p.proowner')}
     FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid WHERE ${ours}`,
];
