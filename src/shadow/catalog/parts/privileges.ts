import { notOfExtension, roleName } from './common.ts';

// Objects whose privileges were ever changed; the letter is acldefault's.
const guardedRelations = `
  SELECT 'pg_class'::regclass AS class, r.oid, 0 AS part, CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS letter,
         r.relowner AS owner, r.relacl AS acl FROM rel r WHERE r.relacl IS NOT NULL
  UNION ALL
  SELECT 'pg_class'::regclass, r.oid, a.attnum, 'c', r.relowner, a.attacl
    FROM pg_attribute a JOIN rel r ON r.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped`;

const guardedOthers = `
  SELECT 'pg_namespace'::regclass AS class, n.oid, 0 AS part, 'n'::"char" AS letter, n.nspowner AS owner, n.nspacl AS acl
    FROM spaces n WHERE n.nspacl IS NOT NULL
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, 0, 'f', p.proowner, p.proacl FROM pg_proc p
   WHERE p.proacl IS NOT NULL AND p.pronamespace IN (SELECT oid FROM spaces) AND ${notOfExtension('pg_proc', 'p.oid')}
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, 0, 'T', t.typowner, t.typacl FROM pg_type t
   WHERE t.typacl IS NOT NULL AND t.typnamespace IN (SELECT oid FROM spaces) AND ${notOfExtension('pg_type', 't.oid')}
  UNION ALL
  SELECT 'pg_foreign_server'::regclass, s.oid, 0, 'S', s.srvowner, s.srvacl FROM pg_foreign_server s
   WHERE s.srvacl IS NOT NULL
  UNION ALL
  SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, 'F', w.fdwowner, w.fdwacl FROM pg_foreign_data_wrapper w
   WHERE w.fdwacl IS NOT NULL
  UNION ALL
  SELECT 'pg_language'::regclass, l.oid, 0, 'l', l.lanowner, l.lanacl FROM pg_language l
   WHERE l.lanacl IS NOT NULL AND l.lanispl`;

function without(these: string, those: string): string {
  return `(SELECT grantee, privilege_type, is_grantable FROM aclexplode(${these})
    EXCEPT SELECT grantee, privilege_type, is_grantable FROM aclexplode(${those}))`;
}

function lines(verb: 'GRANT' | 'REVOKE', these: string, those: string): string {
  const preposition = verb === 'GRANT' ? 'TO' : 'FROM';
  return `SELECT '${verb} ' || string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type) || ' ON ' ||
      CASE WHEN g.letter IN ('r', 'c') THEN '' ELSE upper(i.type) || ' ' END || i.identity ||
      ' ${preposition} ' || ${roleName('x.grantee')} ||
      CASE WHEN x.is_grantable AND '${verb}' = 'GRANT' THEN ' WITH GRANT OPTION' ELSE '' END || ';' AS line
    FROM ${without(these, those)} AS x GROUP BY x.grantee, x.is_grantable`;
}

const usual = 'acldefault(g.letter, g.owner)';

function grants(guarded: string, more: string): string {
  return `SELECT 'grants', i.type || ' ' || i.identity, string_agg(l.line, E'\\n' ORDER BY l.line COLLATE "C")${more}
     FROM (${guarded}) AS g, pg_identify_object(g.class, g.oid, g.part) AS i,
     LATERAL (${lines('GRANT', 'g.acl', usual)} UNION ALL ${lines('REVOKE', usual, 'g.acl')}) AS l
    GROUP BY i.type, i.identity, g.oid`;
}

/** Grants beyond (and revokes below) what a relation of its kind has by itself. */
export const relationPrivileges = grants(guardedRelations, ', g.oid');

/** The same of everything else, and default privileges. */
export const otherPrivileges: readonly string[] = [
  grants(guardedOthers, ''),
  `SELECT 'default privileges', l.identity, string_agg(l.line, E'\\n' ORDER BY l.line COLLATE "C")
     FROM (SELECT 'for role ' || ${roleName('d.defaclrole')} || coalesce(' in schema ' || n.name, '') || ' on ' ||
                  CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                    WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END AS identity,
                  format('%s TO %s%s', x.privilege_type, ${roleName('x.grantee')},
                    CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS line
             FROM pg_default_acl d LEFT JOIN spaces n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) AS x
            WHERE d.defaclnamespace = 0 OR n.oid IS NOT NULL) AS l GROUP BY l.identity`,
];
