import { relationPrivileges } from './privileges.ts';
import { relations } from './relations.ts';
import { table } from './tables.ts';

/** Queries for what a relation can be or have; their last column is the relation that it is part of. */
export const partsOfRelations = { table, ...relations, grants: relationPrivileges };

export type RelationPart = keyof typeof partsOfRelations;

/** Whether a relation (a row `c` of pg_class) can be among a query's; where in doubt, it is. */
export const whereParts: Readonly<Record<RelationPart, string>> = {
  table: "c.relkind IN ('r', 'p', 'f')",
  index: "c.relkind IN ('i', 'I')",
  view: "c.relkind = 'v'",
  materializedView: "c.relkind = 'm'",
  // An identity column's stands in its table's DDL.
  sequence: `c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')`,
  // PostgreSQL's "pg_class": both stay true for a while after the last is gone, and are never false before.
  trigger: 'c.relhastriggers',
  rule: 'c.relhasrules',
  policy: 'EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)',
  statistics: 'EXISTS (SELECT FROM pg_statistic_ext s WHERE s.stxrelid = c.oid)',
  grants: `c.relacl IS NOT NULL OR EXISTS
    (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL)`,
};
